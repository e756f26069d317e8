import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Topic, Topics } from './topics.ts';

export type TopicUse = {
  presenceKey?: string;
  joined?: (topic: Topic) => void;
  /** Not joined any more; it will be tried again. */
  left?: () => void;
  message?: (event: string, payload: unknown) => void;
  presence?: (state: Readonly<Record<string, readonly unknown[]>>) => void;
};

export type TopicSetOptions = {
  topics: Topics;
  /** What a topic is for, asked for when it is joined. */
  use: (name: string) => TopicUse;
  /** Over how long the joins of a topic that has moved are spread, so that its members do not come all at once. */
  jitterMs?: (name: string) => number;
  clock: Clock;
  log: Log;
};

type Seat = { topic: Topic | null; failures: number; cancel: (() => void) | null; isJoined: boolean };

/** Keeps joined the topics that are wanted, while there is a connection; each one for itself, so that a lost one harms no other. */
export class TopicSet {
  #options: TopicSetOptions;
  #wanted = new Set<string>();
  #seats = new Map<string, Seat>();
  #enabled = false;

  constructor(options: TopicSetOptions) {
    this.#options = options;
  }

  want(names: Iterable<string>): void {
    this.#wanted = new Set(names);
    const unwanted = [...this.#seats.keys()].filter((name) => !this.#wanted.has(name));
    for (const name of unwanted) this.#leave(name);
    if (!this.#enabled) return;
    const moved = new Set(unwanted.map(withoutEpoch));
    for (const name of this.#wanted)
      if (!this.#seats.has(name)) this.#take(name, moved.has(withoutEpoch(name)) ? this.#jitter(name) : 0);
  }

  /** The connection is there: join what is wanted. */
  enable(): void {
    if (this.#enabled) return;
    this.#enabled = true;
    this.want(this.#wanted);
  }

  /** The connection is gone, and every topic with it. */
  disable(): void {
    this.#enabled = false;
    for (const name of [...this.#seats.keys()]) this.#leave(name);
  }

  /** The topic, while it is joined. */
  joined(name: string): Topic | null {
    const seat = this.#seats.get(name);
    return seat?.isJoined ? seat.topic : null;
  }

  #jitter(name: string): number {
    const { jitterMs, clock } = this.#options;
    return (jitterMs?.(name) ?? 0) * clock.random();
  }

  #take(name: string, afterMs: number, failures = 0): void {
    const seat: Seat = { topic: null, failures, cancel: null, isJoined: false };
    this.#seats.set(name, seat);
    if (afterMs === 0) this.#join(name, seat);
    else seat.cancel = this.#options.clock.after(afterMs, () => this.#join(name, seat));
  }

  #join(name: string, seat: Seat): void {
    const { topics, use, clock, log } = this.#options;
    const { presenceKey, joined, left, message, presence } = use(name);
    const isMine = () => this.#seats.get(name) === seat;
    seat.cancel = null;
    seat.topic = topics.join(name, presenceKey ?? null, {
      joined: () => {
        if (!isMine() || !seat.topic) return;
        seat.isJoined = true;
        seat.failures = 0;
        joined?.(seat.topic);
      },
      lost: (reason) => {
        if (!isMine()) return;
        log('topic_lost', { name, reason });
        if (seat.isJoined) left?.();
        const failures = seat.failures + 1;
        this.#take(
          name,
          backoffMs(failures, () => clock.random()),
          failures
        );
      },
      ...(message && { message: (event: string, payload: unknown) => void (isMine() && message(event, payload)) }),
      ...(presence && { presence: (state: Readonly<Record<string, readonly unknown[]>>) => void (isMine() && presence(state)) })
    });
  }

  #leave(name: string): void {
    const seat = this.#seats.get(name);
    if (!seat) return;
    this.#seats.delete(name);
    seat.cancel?.();
    seat.topic?.leave();
    if (seat.isJoined) this.#options.use(name).left?.();
  }
}

/** feed:<id>:3 and feed:<id>:4 are one topic that has moved. */
const withoutEpoch = (name: string) => name.slice(0, name.lastIndexOf(':'));
