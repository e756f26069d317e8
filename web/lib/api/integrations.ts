import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { maybeMoment, moment, nothing, personSchema, PROFILE } from './rows.ts';

const botSchema = z.pipe(
  z.object({ id: z.guid(), last_used_at: maybeMoment, person: personSchema }),
  z.transform(({ person, last_used_at }) => ({ ...person, lastUsedAt: last_used_at }))
);
/** A program that takes part as if it were a person. */
export type Bot = z.output<typeof botSchema>;

const webhookSchema = z.pipe(
  z.object({
    id: z.guid(),
    url: z.string(),
    description: z.string(),
    failing_since: maybeMoment,
    disabled_at: maybeMoment,
    disabled_reason: z.nullable(z.enum(['by_owner', 'failing', 'gone']))
  }),
  z.transform(({ failing_since, disabled_at, disabled_reason, ...webhook }) => ({
    ...webhook,
    failingSince: failing_since,
    disabledAt: disabled_at,
    disabledReason: disabled_reason
  }))
);
/** An address that is told of what happens in a team's public channels. */
export type Webhook = z.output<typeof webhookSchema>;

const deliverySchema = z.object({
  id: z.number(),
  event: z.string(),
  attempt: z.number(),
  at: moment,
  duration_ms: z.number(),
  status: z.nullable(z.number()),
  error: z.nullable(z.string())
});
/** One attempt to tell it. */
export type Delivery = z.output<typeof deliverySchema>;

const incomingSchema = z.pipe(
  z.object({
    id: z.guid(),
    bot_id: z.guid(),
    last_used_at: maybeMoment,
    conversations: z._default(z.nullable(z.object({ id: z.guid(), title: z.nullable(z.string()) })), null)
  }),
  z.transform(({ bot_id, last_used_at, conversations, id }) => ({
    id,
    botId: bot_id,
    lastUsedAt: last_used_at,
    /** Null where one is not in the conversation. */
    conversation: conversations
  }))
);
/** An address by which a bot is given something to say. */
export type Incoming = z.output<typeof incomingSchema>;

/** Bots and webhooks of teams. Keys and secrets are given once, when they are made. */
export class Integrations {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  bots(teamId: string): Promise<Bot[]> {
    return call(this.#supabase, z.array(botSchema), (rest) =>
      rest
        .from('bots')
        .select(`id,last_used_at,person:profiles!bots_id_fkey(${PROFILE})`)
        .eq('team_id', teamId)
        .order('created_at')
        .limit(100)
    );
  }

  /** Resolves to its key. */
  async createBot(teamId: string, handle: string, displayName: string): Promise<string> {
    const { key } = await call(this.#supabase, z.object({ key: z.string() }), (rest) =>
      rest.rpc('create_bot', { team_id: teamId, handle, display_name: displayName })
    );
    return key;
  }

  /** Resolves to its new key; the old one opens nothing any more. */
  rotateBotKey(botId: string): Promise<string> {
    return call(this.#supabase, z.string(), (rest) => rest.rpc('rotate_bot_key', { id: botId }));
  }

  async deleteBot(botId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('delete_bot', { id: botId }));
  }

  /** Lets a bot into a conversation that one may add people to. */
  async addBot(botId: string, conversationId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('add_members', { conversation_id: conversationId, user_ids: [botId] })
    );
  }

  incoming(botIds: readonly string[]): Promise<Incoming[]> {
    return call(this.#supabase, z.array(incomingSchema), (rest) =>
      rest
        .from('incoming_webhooks')
        .select('id,bot_id,last_used_at,conversations(id,title)')
        .in('bot_id', botIds)
        .order('created_at')
        .limit(200)
    );
  }

  /** Resolves to the path of its address, below that of the API. */
  async createIncoming(botId: string, conversationId: string): Promise<string> {
    const { path } = await call(this.#supabase, z.object({ path: z.string() }), (rest) =>
      rest.rpc('create_incoming_webhook', { bot_id: botId, conversation_id: conversationId })
    );
    return path;
  }

  async deleteIncoming(id: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('delete_incoming_webhook', { id }));
  }

  webhooks(teamId: string): Promise<Webhook[]> {
    return call(this.#supabase, z.array(webhookSchema), (rest) =>
      rest
        .from('webhooks')
        .select('id,url,description,failing_since,disabled_at,disabled_reason')
        .eq('team_id', teamId)
        .order('created_at')
        .limit(100)
    );
  }

  /** Resolves to the secret that its deliveries are signed with. */
  async createWebhook(teamId: string, url: string, description: string): Promise<string> {
    const { secret } = await call(this.#supabase, z.object({ secret: z.string() }), (rest) =>
      rest.rpc('create_webhook', { team_id: teamId, url, description })
    );
    return secret;
  }

  async setWebhookEnabled(id: string, enabled: boolean): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('update_webhook', { id, enabled }));
  }

  rotateWebhookSecret(id: string): Promise<string> {
    return call(this.#supabase, z.string(), (rest) => rest.rpc('rotate_webhook_secret', { id }));
  }

  async deleteWebhook(id: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('delete_webhook', { id }));
  }

  /** The newest 50 attempts. */
  deliveries(webhookId: string): Promise<Delivery[]> {
    return call(this.#supabase, z.array(deliverySchema), (rest) =>
      rest
        .from('webhook_deliveries')
        .select('id,event,attempt,at,duration_ms,status,error')
        .eq('webhook_id', webhookId)
        .order('id', { ascending: false })
        .limit(50)
    );
  }

  async redeliver(deliveryId: number): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('redeliver_webhook', { delivery_id: deliveryId }));
  }
}
