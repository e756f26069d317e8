/** Channels that listen to changed rows, and what they hear. */
import type { RealtimeChannel, RealtimeChannelOptions, RealtimeClient } from '@supabase/supabase-js';
import { Inbox, subscribe, type SystemMessage, systemMessages } from '../listening.ts';

/** As `.on('postgres_changes', …)` hands it on. */
export interface Heard {
  eventType: 'INSERT' | 'UPDATE' | 'DELETE';
  schema: string;
  table: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows its table
  new: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  old: any;
  commit_timestamp: string | null;
  errors: string[] | null;
}

export interface Wish {
  event?: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
}

export interface Listening {
  channel: RealtimeChannel;
  /** Of each wish, in order. */
  inboxes: Inbox<Heard>[];
  /** Of the first wish. */
  heard: Inbox<Heard>;
  system: Inbox<SystemMessage>;
}

let channels = 0;

/** A channel with these wishes, not yet subscribed. */
export function wishing(client: RealtimeClient, wishes: readonly Wish[], options?: RealtimeChannelOptions): Listening {
  channels += 1;
  const channel = client.channel(`changes ${channels}`, options);
  const inboxes = wishes.map((wish) => {
    const inbox = new Inbox<Heard>();
    channel.on('postgres_changes' as 'system', { event: '*', schema: 'public', ...wish } as never, (heard: unknown) =>
      inbox.put(heard as Heard)
    );
    return inbox;
  });
  return { channel, inboxes, heard: inboxes[0]!, system: systemMessages(channel) };
}

/** A channel that is told of changes from now on. */
export async function listen(client: RealtimeClient, ...wishes: Wish[]): Promise<Listening> {
  const listening = wishing(client, wishes);
  await subscribe(listening.channel);
  const answer = await listening.system.find(({ extension }) => extension === 'postgres_changes');
  if (answer.status !== 'ok') throw new Error(answer.message);
  return listening;
}

/** What the server says of the wishes. */
export async function answerTo(client: RealtimeClient, ...wishes: Wish[]): Promise<SystemMessage> {
  const { channel, system } = wishing(client, wishes);
  await subscribe(channel);
  return system.find(({ extension }) => extension === 'postgres_changes');
}
