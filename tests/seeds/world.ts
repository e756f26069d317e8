/** People as an app has them: supabase-js, signed in on the shared stack, with their own topic joined. */
import { randomUUID } from 'node:crypto';
import { createClient, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { type Broadcast, broadcasts, type Inbox, subscribe } from '../realtime/listening.ts';
import { sharedStack } from '../support/stack.ts';

const PASSWORD = 'correct horse battery staple';

export interface Person {
  id: string;
  handle: string;
  email: string;
  supabase: SupabaseClient;
  /** What came on their own topic. */
  inbox: Inbox<Broadcast>;
}

export class World {
  readonly stack = sharedStack();
  /** As the role of migrations: for what happens behind the API. */
  readonly sql = new pg.Pool({ connectionString: this.stack.dbUrl, max: 2 });
  readonly #clients: SupabaseClient[] = [];

  /** Signs up and listens. */
  async person(name: string): Promise<Person> {
    const handle = `${name.toLowerCase()}_${randomUUID().slice(0, 8)}`;
    const email = `${handle}@seeds.example`;
    const supabase = this.client();
    const { data, error } = await supabase.auth.signUp({
      email,
      password: PASSWORD,
      options: { data: { handle, display_name: name } }
    });
    if (error) throw error;
    const id = data.user!.id;
    return { id, handle, email, supabase, inbox: await listen(supabase, id) };
  }

  /** Another device of somebody. */
  async device({ email }: Person): Promise<Person & { channel: RealtimeChannel }> {
    const supabase = this.client();
    const { data, error } = await supabase.auth.signInWithPassword({ email, password: PASSWORD });
    if (error) throw error;
    const channel = supabase.channel(`user:${data.user.id}`, { config: { private: true } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    return { id: data.user.id, handle: '', email, supabase, inbox, channel };
  }

  /** With the publishable key; nobody is signed in yet. */
  client(): SupabaseClient {
    const supabase = createClient(this.stack.apiUrl, this.stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false }
    });
    this.#clients.push(supabase);
    return supabase;
  }

  /** The server, with the secret key. */
  service(): SupabaseClient {
    return createClient(this.stack.apiUrl, this.stack.secretKey, { auth: { persistSession: false } });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.realtime.disconnect()));
    await this.sql.end();
  }
}

async function listen(supabase: SupabaseClient, id: string): Promise<Inbox<Broadcast>> {
  const channel = supabase.channel(`user:${id}`, { config: { private: true } });
  const inbox = broadcasts(channel);
  await subscribe(channel);
  return inbox;
}

/** The answer of a call. @throws its refusal. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
export async function answer(call: PromiseLike<{ data: any; error: unknown }>): Promise<any> {
  const { data, error } = await call;
  if (error) throw error;
  return data;
}

/** Status and code of a refusal; fails when there is none. */
export async function refusal(
  call: PromiseLike<{ error: { code: string } | null; status: number }>
): Promise<{ status: number; code: string }> {
  const { error, status } = await call;
  if (!error) throw new Error('it was not refused');
  return { status, code: error.code };
}

/** A new message of a conversation, once its event comes. */
export const messageIn = async (inbox: Inbox<Broadcast>, conversation: string, fits = (_message: Message) => true) =>
  (
    await inbox.find(
      ({ event, payload }) => event === 'message' && payload.conversation_id === conversation && fits(payload.message as Message)
    )
  ).payload.message as Message;

/** The receipt of somebody that reaches a number. */
export const receiptOf = async (
  inbox: Inbox<Broadcast>,
  conversation: string,
  reader: Person,
  kind: 'read' | 'delivered',
  seq: number
) =>
  (
    await inbox.find(
      ({ event, payload }) =>
        event === 'receipt' &&
        payload.conversation_id === conversation &&
        payload.user_id === reader.id &&
        payload[`${kind}_seq`] >= seq
    )
  ).payload as { delivered_seq: number; delivered_at: string | null; read_seq: number; read_at: string | null };

/** A notification of this kind, once its event comes. */
export const notificationOf = async (inbox: Inbox<Broadcast>, event: string) =>
  (
    await inbox.find(
      (heard) => heard.event === 'personal' && heard.payload.table === 'notifications' && heard.payload.row.event === event
    )
  ).payload.row as {
    event: string;
    args: Record<string, unknown>;
    conversation_id: string;
    seq: number;
    actor_id: string | null;
  };

export interface Message {
  conversation_id: string;
  seq: number;
  revision: number;
  id: string;
  sender_id: string | null;
  kind: string;
  content: string;
  system?: { code: string; [key: string]: unknown };
  created_at: string;
  hash?: string;
}

/** The room of a conversation, joined: what is heard there. */
export async function room(person: Person, conversation: string): Promise<{ channel: RealtimeChannel; heard: Inbox<Broadcast> }> {
  const { epoch } = await answer(person.supabase.from('conversations').select('epoch').eq('id', conversation).single());
  const channel = person.supabase.channel(`room:${conversation}:${epoch}`, { config: { private: true } });
  const heard = broadcasts(channel);
  await subscribe(channel);
  return { channel, heard };
}

export const typing = (channel: RealtimeChannel, { id }: Person, is: boolean) =>
  channel.send({ type: 'broadcast', event: 'typing', payload: { user_id: id, typing: is } });
