import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Topic, Topics, TopicEvents } from '../live-topics/topics.ts';
import type { Log } from '../log.ts';
import { shownConnection, stepLink, wakeAt, type Link, type LinkInput } from './connection-machine.ts';
import type { ConnectionState } from './connection-state.ts';

export type ConnectionOptions = {
  topics: Topics;
  /** The topic that must be joined to count as connected. */
  userTopic: string;
  onMessage: NonNullable<TopicEvents['message']>;
  /** After every join, before it counts as live. */
  sync: () => Promise<unknown>;
  /** The connection is given up: all other topics are to be left. */
  onDrop: () => void;
  apiAnswers: Live<boolean>;
  clock: Clock;
  log: Log;
};

/** An attempt that takes longer has failed. */
const ATTEMPT_MS = 20_000;

/** Does what connection-machine.ts decides: subscribe → SUBSCRIBED → sync → live, and again after every loss. */
export class Connection {
  readonly state: Live<ConnectionState>;
  #options: ConnectionOptions;
  #link = new LiveValue<Link>({ phase: 'stopped' });
  #reason = new LiveValue<'not_started' | 'stopped' | 'signed_out'>('not_started');
  #topic: Topic | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelTimeout: (() => void) | null = null;
  /** Counts attempts: what an older one still reports is not heard. */
  #attempt = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.state = derive([this.#link, options.apiAnswers, this.#reason], shownConnection);
  }

  get link(): Live<Link> {
    return this.#link;
  }

  start(online: boolean): void {
    this.#input('start');
    if (!online) this.#input('offline');
  }

  stop(reason: 'stopped' | 'signed_out'): void {
    this.#reason.set(reason);
    this.#input('stop');
  }

  online(): void {
    this.#input('online');
  }

  offline(): void {
    this.#input('offline');
  }

  nudge(): void {
    this.#input('nudge');
  }

  #input(input: LinkInput): void {
    const { clock } = this.#options;
    const { link, effect } = stepLink(this.#link.current, input, clock.now(), () => clock.random());
    if (effect === 'drop') this.#drop();
    this.#cancelTimer?.();
    const at = wakeAt(link);
    this.#cancelTimer = at === null ? null : clock.after(Math.max(0, at - clock.now()), () => this.#input('due'));
    this.#link.set(link);
    if (effect === 'try') void this.#try();
  }

  #drop(): void {
    this.#attempt += 1;
    this.#cancelTimeout?.();
    this.#topic?.leave();
    this.#topic = null;
    this.#options.onDrop();
  }

  async #try(): Promise<void> {
    const { topics, userTopic, onMessage, sync, clock, log } = this.#options;
    this.#attempt += 1;
    const mine = this.#attempt;
    const isMine = () => mine === this.#attempt;
    const fail = (event: string, reason: unknown) => {
      if (!isMine()) return;
      log(event, reason);
      this.#input('failed');
    };
    this.#cancelTimeout = clock.after(ATTEMPT_MS, () => fail('connect_timeout', null));
    try {
      await topics.connect();
      if (!isMine()) return;
      await new Promise<void>((resolve) => {
        this.#topic = topics.join(userTopic, null, {
          joined: resolve,
          lost: (reason) => fail('connection_lost', reason),
          message: (event, payload) => {
            if (isMine()) onMessage(event, payload);
          }
        });
      });
      if (!isMine()) return;
      this.#cancelTimeout();
      // Where the API does not answer, events are had all the same; sync() is repeated by itself until it does.
      await sync();
      if (!isMine()) return;
      this.#input('ready');
    } catch (error) {
      fail('connect_failed', error);
    }
  }
}
