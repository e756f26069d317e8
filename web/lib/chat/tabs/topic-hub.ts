import type { Clock } from '../clock.ts';
import { NotSignedIn } from '../errors.ts';
import { strongest } from '../presence/strongest.ts';
import { trackPauseMs } from '../presence/track-limit.ts';
import type { Topic, Topics } from '../live-topics/topics.ts';
import type { TabNotice, TabRequest } from './wire.ts';

type Meta = Readonly<Record<string, unknown>>;

type Shared = {
  topic: Topic | null;
  isJoined: boolean;
  /** Tab of each seat. */
  seats: Map<string, string>;
  /** The last state that was told, for whoever joins later. */
  presence: Record<string, unknown[]> | null;
  /** What each seat says of itself. */
  metas: Map<string, Meta>;
  tracked: string | null;
  trackedAt: readonly number[];
  cancelTrack: (() => void) | null;
};

export type TopicHubOptions = {
  topics: Topics;
  /** To the tabs, this one included. */
  tell: (notice: TabNotice) => void;
  clock: Clock;
};

/** The leader's side of shared topics: joins each topic once, however many tabs have a seat on it, and tells them what comes. */
export class TopicHub {
  #options: TopicHubOptions;
  #shared = new Map<string, Shared>();
  #closed = false;
  /** Tabs that wait for the socket. */
  #connecting = 0;

  constructor(options: TopicHubOptions) {
    this.#options = options;
  }

  handle(request: TabRequest): void {
    switch (request.type) {
      case 'hello':
        return;
      case 'connect':
        void this.#connectFor(request.from, request.call);
        return;
      case 'disconnect':
        // Another tab may be using the socket, or waiting for it: all of them give up at once when the leader changes.
        if (this.#shared.size + this.#connecting === 0) this.#options.topics.disconnect();
        return;
      case 'join':
        return this.#join(request.topic, request.presenceKey, request.seat, request.from);
      case 'leave':
        return this.#leave(request.seat);
      case 'send':
        return this.#shared.get(request.topic)?.topic?.send(request.event, request.payload);
      case 'track':
        return this.#track(request.seat, request.meta);
      default: {
        const never: never = request;
        return never;
      }
    }
  }

  /** Opens the socket, for whichever tab. */
  async connect(): Promise<void> {
    this.#connecting += 1;
    try {
      await this.#options.topics.connect();
    } finally {
      this.#connecting -= 1;
    }
  }

  /** A tab is gone, and all its seats with it. */
  drop(tab: string): void {
    for (const { seats } of [...this.#shared.values()]) {
      for (const [seat, of] of [...seats]) if (of === tab) this.#leave(seat);
    }
  }

  /** This tab does not lead any more. */
  close(): void {
    this.#closed = true;
    for (const shared of this.#shared.values()) {
      shared.cancelTrack?.();
      shared.topic?.leave();
    }
    this.#shared.clear();
    this.#options.topics.disconnect();
  }

  async #connectFor(to: string, call: string): Promise<void> {
    const { tell } = this.#options;
    tell({ type: 'alive', to, call });
    try {
      await this.connect();
      if (!this.#closed) tell({ type: 'connected', to, call });
    } catch (cause) {
      const error = cause instanceof NotSignedIn ? 'NotSignedIn' : 'Unreachable';
      if (!this.#closed) tell({ type: 'refused', to, call, error, message: (cause as Error).message });
    }
  }

  #join(name: string, presenceKey: string | null, seat: string, tab: string): void {
    const { topics, tell } = this.#options;
    const present = this.#shared.get(name);
    if (present) {
      present.seats.set(seat, tab);
      if (!present.isJoined) return;
      tell({ type: 'joined', to: tab, seat });
      if (present.presence) tell({ type: 'presence', to: seat, topic: name, state: present.presence });
      return;
    }
    const shared: Shared = {
      topic: null,
      isJoined: false,
      seats: new Map([[seat, tab]]),
      presence: null,
      metas: new Map(),
      tracked: null,
      trackedAt: [],
      cancelTrack: null
    };
    this.#shared.set(name, shared);
    const isMine = () => this.#shared.get(name) === shared;
    shared.topic = topics.join(name, presenceKey, {
      joined: () => {
        if (!isMine()) return;
        shared.isJoined = true;
        for (const [at, of] of shared.seats) tell({ type: 'joined', to: of, seat: at });
      },
      lost: (cause) => {
        if (!isMine()) return;
        this.#shared.delete(name);
        shared.cancelTrack?.();
        for (const [at, of] of shared.seats) tell({ type: 'lost', to: of, seat: at, reason: String(cause) });
      },
      message: (event, payload) => {
        if (isMine()) tell({ type: 'message', topic: name, event, payload });
      },
      ...(presenceKey !== null && {
        presence: (state: Readonly<Record<string, readonly unknown[]>>) => {
          if (!isMine()) return;
          shared.presence = plain(state);
          tell({ type: 'presence', to: null, topic: name, state: shared.presence });
        }
      })
    });
  }

  #leave(seat: string): void {
    for (const [name, shared] of this.#shared) {
      if (!shared.seats.delete(seat)) continue;
      shared.metas.delete(seat);
      if (shared.seats.size > 0) return this.#say(shared);
      this.#shared.delete(name);
      shared.cancelTrack?.();
      shared.topic?.leave();
      return;
    }
  }

  #track(seat: string, meta: Meta): void {
    for (const shared of this.#shared.values()) {
      if (!shared.seats.has(seat)) continue;
      shared.metas.set(seat, meta);
      return this.#say(shared);
    }
  }

  /** One socket has one voice: the tabs say together what the most present of them says. */
  #say(shared: Shared): void {
    const { clock } = this.#options;
    const meta = strongest([...shared.metas.values()]);
    const said = JSON.stringify(meta);
    if (!meta || !shared.isJoined || said === shared.tracked || shared.cancelTrack) return;
    const wait = trackPauseMs(shared.trackedAt, clock.now());
    if (wait > 0) {
      shared.cancelTrack = clock.after(wait, () => {
        shared.cancelTrack = null;
        this.#say(shared);
      });
      return;
    }
    shared.tracked = said;
    shared.trackedAt = [...shared.trackedAt.slice(-9), clock.now()];
    shared.topic?.track(meta);
  }
}

const plain = (state: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown[]> =>
  Object.fromEntries(Object.entries(state).map(([key, metas]) => [key, [...metas]]));
