import { NotSignedIn, RateLimited, Unreachable } from '../../../web/lib/chat/errors.ts';
import type { Topics, TopicEvents } from '../../../web/lib/chat/live-topics/topics.ts';
import type { Chance } from '../support/random.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { frozen } from './frozen.ts';
import type { SimServer } from './server.ts';
import type { SimClock } from './sim-clock.ts';

/** No answer within this time counts as none, as in the adapter. */
const TIMEOUT_MS = 20_000;

/** One end of the network. */
export type Peer = {
  readonly userId: string;
  /** There is a network. */
  readonly isOnline: boolean;
  readonly hasToken: boolean;
  /** Runs it in the peer, now or when it is given time again, or never if it has crashed. */
  run(work: () => void): void;
};

type Socket = { peer: Peer; isDeaf: boolean; isOpen: boolean; lastAt: number; lose: Set<() => void> };
type Subscription = { socket: Socket; hear: (event: string, payload: unknown) => void };

/** What lies between the clients and the server: requests, and sockets on which events come. */
export class Network {
  faults: Faults = NO_FAULTS;
  areSocketsBlocked = false;
  /** Nobody gets one, whatever else happens. */
  hasNoSockets = false;
  isServerDown = false;
  readonly counts: Record<string, number> = {};
  /** Hears of every request. */
  onRequest: (peer: Peer, name: string) => void = () => {};
  #server: SimServer;
  #clock: SimClock;
  #chance: Chance;
  #sockets = new Set<Socket>();
  #subscriptions = new Map<string, Set<Subscription>>();

  constructor(server: SimServer, clock: SimClock, chance: Chance) {
    this.#server = server;
    this.#clock = clock;
    this.#chance = chance;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  /** A request of a client: `effect` is what it does to the server. */
  request<T>(peer: Peer, name: string, effect: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const { faults } = this;
    this.count('requests');
    this.onRequest(peer, name);
    let isOver = false;
    const end = (afterMs: number, run: () => void) =>
      void this.#clock.after(afterMs, () =>
        peer.run(() => {
          if (!isOver) run();
          isOver = true;
        })
      );
    const lost = () => end(this.#delay() * 5, () => reject(new Unreachable('The simulated network has lost it.')));
    end(TIMEOUT_MS, () => reject(new Unreachable('No answer.')));
    if (!peer.isOnline || this.isServerDown) lost();
    else if (this.#hits('requestLost', faults.requestLost)) lost();
    else if (!peer.hasToken) end(this.#delay(), () => reject(new NotSignedIn('The token has expired.')));
    else if (this.#hits('limited', faults.limited))
      end(this.#delay(), () => reject(new RateLimited(1_000 * (1 + this.#chance.below(4)))));
    else {
      const isLate = this.#hits('requestLate', faults.requestLate);
      const arrivesAfter = isLate ? TIMEOUT_MS + this.#chance.below(10_000) : this.#delay();
      this.#clock.after(arrivesAfter, () => {
        if (this.isServerDown) return lost();
        void this.#do(effect).then(
          (value) => {
            if (!peer.isOnline || this.#hits('answerLost', faults.answerLost)) lost();
            else end(this.#delay(), () => resolve(value));
          },
          (error: Error) => end(this.#delay(), () => reject(error))
        );
      });
      if (this.#hits('requestTwice', faults.requestTwice))
        this.#clock.after(arrivesAfter + this.#chance.below(3_000), () => void this.#do(effect).catch(() => {}));
    }
    return promise;
  }

  topics(peer: Peer): Topics {
    let socket: Socket | null = null;
    const canConnect = () => peer.isOnline && !this.hasNoSockets && !this.areSocketsBlocked && !this.isServerDown;
    return {
      connect: () => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        this.#clock.after(this.#delay(), () =>
          peer.run(() => {
            if (!peer.hasToken) return reject(new NotSignedIn('The token has expired.'));
            if (socket?.isOpen) return resolve();
            if (!canConnect()) return reject(new Unreachable('The socket was refused.'));
            socket = { peer, isDeaf: false, isOpen: true, lastAt: 0, lose: new Set() };
            this.#sockets.add(socket);
            resolve();
          })
        );
        return promise;
      },
      disconnect: () => {
        if (socket) this.#close(socket);
        socket = null;
      },
      join: (name, _presenceKey, events) => this.#join(socket, peer, name, events)
    };
  }

  /** Sockets break: of those that `which` names, all that is open, or the way to the client without anybody noticing at first. */
  cut(which: (peer: Peer) => boolean, how: 'closed' | 'deaf'): void {
    for (const socket of [...this.#sockets]) {
      if (!which(socket.peer) || !socket.isOpen) continue;
      this.count(how === 'deaf' ? 'sockets half open' : 'sockets cut');
      if (how === 'closed') this.#break(socket);
      else {
        socket.isDeaf = true;
        this.#clock.after(20_000 + this.#chance.below(30_000), () => this.#break(socket));
      }
    }
  }

  /** What a call of the server has announced goes its way. */
  async dispatch(): Promise<void> {
    for (const { topic, event, payload: said } of await this.#server.drain()) {
      const payload = frozen(said);
      for (const { socket, hear } of this.#subscriptions.get(topic) ?? []) {
        const { faults } = this;
        if (socket.isDeaf || this.#hits('eventLost', faults.eventLost)) continue;
        const tell = (at: number) =>
          void this.#clock.after(at - this.#clock.now(), () =>
            socket.peer.run(() => {
              if (socket.isOpen && !socket.isDeaf) hear(event, payload);
            })
          );
        const isLate = this.#hits('eventLate', faults.eventLate);
        const at = Math.max(socket.lastAt, this.#clock.now() + this.#delay());
        if (!isLate) socket.lastAt = at;
        tell(isLate ? at + this.#chance.below(4_000) : at);
        if (this.#hits('eventTwice', faults.eventTwice)) tell(at + this.#chance.below(4_000));
        this.count('events');
      }
    }
  }

  async #do<T>(effect: () => Promise<T>): Promise<T> {
    const work = effect().finally(() => this.dispatch());
    return this.#clock.wait(work);
  }

  #join(socket: Socket | null, peer: Peer, name: string, events: TopicEvents) {
    let isOver = false;
    const lose = (reason: string) => {
      if (isOver) return;
      leave();
      events.lost(reason);
    };
    const broken = () => lose('The socket is gone.');
    const subscription: Subscription | null = socket && {
      socket,
      hear: (event, payload) => {
        if (!isOver) events.message?.(event, payload);
      }
    };
    const leave = () => {
      isOver = true;
      socket?.lose.delete(broken);
      if (subscription) this.#subscriptions.get(name)?.delete(subscription);
    };
    socket?.lose.add(broken);
    this.#clock.after(this.#delay(), () => {
      if (isOver) return;
      if (!socket?.isOpen || socket.isDeaf || !subscription) return peer.run(() => lose('There is no socket.'));
      void this.#clock.wait(
        this.#server.mayHear(peer.userId, name).then((allowed) => {
          if (isOver) return;
          if (!allowed || !peer.hasToken)
            return void this.#clock.after(this.#delay(), () => peer.run(() => lose('Not allowed.')));
          const topic = this.#subscriptions.get(name) ?? new Set();
          this.#subscriptions.set(name, topic.add(subscription));
          socket.lastAt = Math.max(socket.lastAt, this.#clock.now() + this.#delay());
          this.#clock.after(socket.lastAt - this.#clock.now(), () =>
            peer.run(() => {
              if (!isOver && socket.isOpen && !socket.isDeaf) events.joined();
            })
          );
        })
      );
    });
    return { send() {}, track() {}, leave };
  }

  #break(socket: Socket): void {
    if (!socket.isOpen) return;
    const losing = [...socket.lose];
    this.#close(socket);
    socket.peer.run(() => {
      for (const lose of losing) lose();
    });
  }

  #close(socket: Socket): void {
    socket.isOpen = false;
    this.#sockets.delete(socket);
    socket.lose.clear();
  }

  /** Mostly short. */
  #delay(): number {
    return this.#chance.chance(1 - this.faults.slow) ? 5 + this.#chance.below(200) : 200 + this.#chance.below(3_000);
  }

  #hits(what: string, probability: number): boolean {
    if (probability === 0 || !this.#chance.chance(probability)) return false;
    this.count(what);
    return true;
  }
}
