import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js';
import pg from 'pg';
import { createChat, memoryStore, type Chat, type ChatOptions } from '../../../web/lib/chat/index.ts';
import type { StackAddresses } from '../../../supabase/embedded/addresses.ts';
import { sharedStack } from '../../support/stack.ts';

/** Somebody with an account, signed in on one device. */
export type Someone = { id: string; name: string; email: string; supabase: SupabaseClient };

export const PASSWORD = 'correct horse battery staple';

type Closing = () => Promise<unknown> | void;

/** People and their chats against a stack, by default the shared one; all of it is closed by `stop`. */
export class World {
  readonly stack: StackAddresses;
  readonly sql: pg.Pool;
  readonly admin: SupabaseClient;
  #closings: Closing[] = [];

  constructor(stack: StackAddresses = sharedStack()) {
    this.stack = stack;
    this.sql = new pg.Pool({ connectionString: stack.dbUrl, max: 4 });
    this.admin = createClient(stack.apiUrl, stack.secretKey, { auth: { persistSession: false } });
  }

  /** A new account whose name starts with `name`. */
  async someone(name: string): Promise<Someone> {
    const handle = `${name.toLowerCase()}_${randomUUID().slice(0, 8)}`;
    const email = `${handle}@parley.test`;
    const { data, error } = await this.admin.auth.admin.createUser({
      email,
      password: PASSWORD,
      email_confirm: true,
      user_metadata: { handle, display_name: name }
    });
    if (error) throw error;
    return { id: data.user.id, name, email, supabase: await this.signIn(email) };
  }

  /** Another device of an account. */
  async signIn(
    email: string,
    options: SupabaseClientOptions<'public'> = {},
    apiUrl = this.stack.apiUrl
  ): Promise<SupabaseClient> {
    const supabase = createClient(apiUrl, this.stack.publishableKey, {
      ...options,
      auth: { persistSession: false, autoRefreshToken: false, ...options.auth }
    });
    const { error } = await supabase.auth.signInWithPassword({ email, password: PASSWORD });
    if (error) throw error;
    this.defer(() => supabase.realtime.disconnect());
    return supabase;
  }

  /** A running chat, stopped at the end. */
  async chat(person: Someone, options: Partial<ChatOptions> = {}): Promise<Chat> {
    const chat = this.stoppedChat(person, options);
    await chat.start();
    return chat;
  }

  stoppedChat(person: Someone, options: Partial<ChatOptions> = {}): Chat {
    const log = process.env.CHAT_LOG ? (event: string, detail: unknown) => console.log(person.name, event, detail) : undefined;
    const chat = createChat({
      supabase: person.supabase,
      userId: person.id,
      store: memoryStore(),
      ...(log && { log }),
      ...options
    });
    this.defer(() => chat.stop());
    return chat;
  }

  /** So many messages at once, past the limit on sending. */
  async write(sender: Someone, conversationId: string, contents: readonly string[]): Promise<void> {
    for (let from = 0; from < contents.length; from += 50) {
      await this.sql.query('delete from private.senders where user_id = $1', [sender.id]);
      await this.sql.query(
        'insert into public.messages (conversation_id, sender_id, content) select $1, $2, t.content from unnest($3::text[]) with ordinality as t (content, n) order by t.n',
        [conversationId, sender.id, contents.slice(from, from + 50)]
      );
    }
  }

  defer(closing: Closing): void {
    this.#closings.push(closing);
  }

  async stop(): Promise<void> {
    for (const closing of this.#closings.toReversed()) await closing();
    await this.sql.end();
  }
}
