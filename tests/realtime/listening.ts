/** Waiting for what a channel says, instead of for time to pass. */
import type { RealtimeChannel } from '@supabase/supabase-js';

export interface Broadcast {
  event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
  payload: any;
  meta?: { id: string; replayed?: boolean };
}

/** What came, in order, and a way to wait for the next of it. */
export class Inbox<T> {
  readonly all: T[] = [];
  #wake: (() => void)[] = [];

  put(item: T): void {
    this.all.push(item);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The first `count` items, when they are there. */
  async first(count: number): Promise<T[]> {
    while (this.all.length < count) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.all.slice(0, count);
  }

  /** The first item that fits, when it is there; `from` passes over what came earlier. */
  async find(fits: (item: T) => boolean, from = 0): Promise<T> {
    for (let at = from; ; at += 1) {
      while (at >= this.all.length) await new Promise<void>((resolve) => this.#wake.push(resolve));
      if (fits(this.all[at]!)) return this.all[at]!;
    }
  }
}

/** Broadcasts on the channel from now on. Call before subscribing. */
export function broadcasts(channel: RealtimeChannel, event = '*'): Inbox<Broadcast> {
  const inbox = new Inbox<Broadcast>();
  channel.on('broadcast', { event }, (message) => inbox.put(message as unknown as Broadcast));
  return inbox;
}

export interface SystemMessage {
  extension: string;
  status: string;
  message: string;
  channel: string;
}

export function systemMessages(channel: RealtimeChannel): Inbox<SystemMessage> {
  const inbox = new Inbox<SystemMessage>();
  channel.on('system', {}, (message: SystemMessage) => inbox.put(message));
  return inbox;
}

/** What `subscribe` reports: SUBSCRIBED, CHANNEL_ERROR, TIMED_OUT, CLOSED. */
export type Status = { status: string; error?: Error };

/** Subscribes, waits until the server lets it in, and goes on noting what becomes of the channel. */
export async function subscribe(channel: RealtimeChannel): Promise<Inbox<Status>> {
  const statuses = attempt(channel);
  const [first] = await statuses.first(1);
  if (first!.status !== 'SUBSCRIBED') throw first!.error ?? new Error(first!.status);
  return statuses;
}

/** Subscribes and notes what is reported. */
export function attempt(channel: RealtimeChannel): Inbox<Status> {
  const statuses = new Inbox<Status>();
  channel.subscribe((status, error) => statuses.put({ status, ...(error ? { error } : {}) }));
  return statuses;
}
