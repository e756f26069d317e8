import type { Clock } from '../clock.ts';
import { NotSignedIn, Unreachable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Topics, TopicEvents } from '../live-topics/topics.ts';
import { TopicHub } from './topic-hub.ts';
import type { Tabs, Candidacy } from './tabs.ts';
import { isRequest, parseTabMessage, type TabMessage, type TabNotice, type TabRequest } from './wire.ts';

/** A leader that says nothing for so long does not lead: the browser has frozen it. */
const ANSWER_MS = 1_000;

export type SharedTopicsOptions = {
  topics: Topics;
  tabs: Tabs;
  newId: () => string;
  /** Another tab leads now: all topics are lost, and there is reason to join them again at once. */
  onMoved: () => void;
  /** This tab leads from now on. */
  onLead: () => void;
  /** This tab leads, and another one has gone. */
  onGone: () => void;
  clock: Clock;
  log: Log;
};

type Seat = { topic: string; events: TopicEvents };
type Call = { resolve: () => void; reject: (error: Error) => void; cancelTimer: () => void };

/**
 * The topics of this tab, on the socket of the tab that leads.
 *
 *   following ── the lead is granted or taken ──→ leading
 *       ▲                                           │
 *       └────────── another tab takes it ───────────┘
 *
 * Following, requests go to the leader by the tabs' channel; leading, they are answered here, those of the others as well. When
 * the leader changes every seat is lost, and whoever had it joins again, and syncs: nothing is missed.
 */
export class SharedTopics implements Topics {
  #options: SharedTopicsOptions;
  #seats = new Map<string, Seat>();
  #calls = new Map<string, Call>();
  #hub: TopicHub | null = null;
  #leader: string | null = null;
  /** Other tabs that have asked for something, and what stops waiting for their end. */
  #others = new Map<string, () => void>();
  #candidacy: Candidacy | null = null;
  #unlisten: (() => void) | null = null;

  constructor(options: SharedTopicsOptions) {
    this.#options = options;
  }

  get leads(): boolean {
    return this.#hub !== null;
  }

  /** Another tab is there that will go on when this one is gone. */
  get hasOthers(): boolean {
    return this.#hub ? this.#others.size > 0 : this.#leader !== null;
  }

  start(): void {
    if (this.#candidacy) return;
    const { tabs } = this.#options;
    this.#unlisten = tabs.listen((data) => this.#heard(data));
    this.#candidacy = this.#apply();
    if (!this.leads) this.#post({ type: 'hello', from: tabs.id });
  }

  /** This page is about to go: another tab need not wait for its end. Should it stay, it is the last in line. */
  handOver(): void {
    if (!this.#hub || !this.hasOthers) return;
    this.#candidacy?.end();
    this.#resign();
    this.#leader = null;
    this.#loseAll(false);
    this.#candidacy = this.#apply();
  }

  /** Leaves everything; the lead goes to another tab. */
  stop(): void {
    this.#unlisten?.();
    this.#unlisten = null;
    this.#candidacy?.end();
    this.#candidacy = null;
    if (!this.leads) for (const seat of this.#seats.keys()) this.#post({ type: 'leave', from: this.#options.tabs.id, seat });
    this.#seats.clear();
    this.#fail(new Unreachable('This chat has stopped.'));
    this.#resign();
  }

  connect(): Promise<void> {
    if (this.#hub) return this.#hub.connect();
    return this.#ask((call) => ({ type: 'connect', from: this.#options.tabs.id, call }));
  }

  disconnect(): void {
    this.#request({ type: 'disconnect', from: this.#options.tabs.id });
  }

  /** Makes sure that there is a leader who answers; takes the lead if not. */
  check(): void {
    if (this.#hub || !this.#candidacy) return;
    void this.#ask((call) => ({ type: 'connect', from: this.#options.tabs.id, call })).catch(() => {});
  }

  join(topic: string, presenceKey: string | null, events: TopicEvents) {
    const { tabs, newId } = this.#options;
    const seat = newId();
    const from = tabs.id;
    this.#seats.set(seat, { topic, events });
    // Not before the caller has what this returns.
    queueMicrotask(() => {
      if (this.#seats.has(seat)) this.#request({ type: 'join', from, seat, topic, presenceKey });
    });
    return {
      send: (event: string, payload: Record<string, unknown>) => {
        if (this.#seats.has(seat)) this.#request({ type: 'send', from, topic, event, payload });
      },
      track: (meta: Record<string, unknown>) => {
        if (this.#seats.has(seat)) this.#request({ type: 'track', from, seat, meta });
      },
      leave: () => {
        if (this.#seats.delete(seat)) this.#request({ type: 'leave', from, seat });
      }
    };
  }

  #apply(): Candidacy {
    return this.#options.tabs.lead({ leads: () => this.#lead(), lost: () => this.#follow() });
  }

  #lead(): void {
    const { topics, tabs, clock } = this.#options;
    const wasFollowing = this.#leader !== null;
    this.#leader = tabs.id;
    this.#hub = new TopicHub({ topics, tell: (notice) => this.#tell(notice), clock });
    this.#post({ type: 'leading', leader: tabs.id });
    this.#loseAll(wasFollowing);
    this.#options.onLead();
  }

  /** Another tab has taken the lead. */
  #follow(): void {
    this.#resign();
    this.#leader = null;
    this.#loseAll(true);
  }

  #resign(): void {
    for (const stopWaiting of this.#others.values()) stopWaiting();
    this.#others.clear();
    this.#hub?.close();
    this.#hub = null;
  }

  #loseAll(again: boolean): void {
    const { onMoved, log } = this.#options;
    this.#fail(new Unreachable('Another tab leads now.'));
    const seats = [...this.#seats.values()];
    this.#seats.clear();
    if (seats.length > 0) log('tab_leader_changed', { seats: seats.length });
    for (const { events } of seats) events.lost('Another tab leads now.');
    if (again) onMoved();
  }

  #fail(error: Error): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { reject, cancelTimer } of calls) {
      cancelTimer();
      reject(error);
    }
  }

  #ask(request: (call: string) => TabRequest): Promise<void> {
    const { newId, clock, log } = this.#options;
    const call = newId();
    return new Promise<void>((resolve, reject) => {
      const cancelTimer = clock.after(ANSWER_MS, () => {
        log('tab_leader_silent', { leader: this.#leader });
        this.#candidacy?.take();
      });
      this.#calls.set(call, { resolve, reject, cancelTimer });
      this.#post(request(call));
    });
  }

  #request(request: TabRequest): void {
    if (this.#hub) this.#hub.handle(request);
    else this.#post(request);
  }

  /** The leader's word to all tabs, this one included. */
  #tell(notice: TabNotice): void {
    this.#noticed(notice);
    if (this.#others.size > 0 && !this.#isOnlyForMe(notice)) this.#post(notice);
  }

  #isOnlyForMe(notice: TabNotice): boolean {
    return 'to' in notice && (notice.to === this.#options.tabs.id || (notice.to !== null && this.#seats.has(notice.to)));
  }

  #post(message: TabMessage): void {
    try {
      this.#options.tabs.post(message);
    } catch (error) {
      this.#options.log('tab_unheard', error);
    }
  }

  #heard(data: unknown): void {
    const message = parseTabMessage(data);
    if (!message) return;
    if (!isRequest(message)) return this.#noticed(message);
    if (!this.#hub) return;
    this.#know(message.from);
    if (message.type === 'hello') this.#post({ type: 'here', to: message.from, leader: this.#options.tabs.id });
    else this.#hub.handle(message);
  }

  #know(tab: string): void {
    if (this.#others.has(tab)) return;
    const stopWaiting = this.#options.tabs.whenGone(tab, () => {
      this.#others.delete(tab);
      this.#hub?.drop(tab);
      this.#options.onGone();
    });
    this.#others.set(tab, stopWaiting);
  }

  #noticed(notice: TabNotice): void {
    switch (notice.type) {
      case 'leading':
        return this.#led(notice.leader);
      case 'here':
        if (notice.to === this.#options.tabs.id) this.#leader = notice.leader;
        return;
      case 'alive':
        this.#calls.get(notice.call)?.cancelTimer();
        return;
      case 'connected':
        return this.#answered(notice.call)?.resolve();
      case 'refused':
        return this.#answered(notice.call)?.reject(
          notice.error === 'NotSignedIn' ? new NotSignedIn(notice.message) : new Unreachable(notice.message)
        );
      case 'joined':
        return this.#seats.get(notice.seat)?.events.joined();
      case 'lost': {
        const seat = this.#seats.get(notice.seat);
        this.#seats.delete(notice.seat);
        return seat?.events.lost(notice.reason);
      }
      case 'message':
        for (const { topic, events } of [...this.#seats.values()]) {
          if (topic === notice.topic) events.message?.(notice.event, notice.payload);
        }
        return;
      case 'presence':
        for (const [seat, { topic, events }] of [...this.#seats]) {
          if (topic === notice.topic && (notice.to === null || notice.to === seat)) events.presence?.(notice.state);
        }
        return;
      default: {
        const never: never = notice;
        return never;
      }
    }
  }

  #answered(call: string): Call | undefined {
    const found = this.#calls.get(call);
    this.#calls.delete(call);
    found?.cancelTimer();
    return found;
  }

  /** Another tab has begun to lead. What was asked before was asked of nobody, or of one that is gone. */
  #led(leader: string): void {
    const moved = this.#leader !== null || this.#calls.size > 0 || this.#seats.size > 0;
    this.#leader = leader;
    if (moved) this.#loseAll(true);
  }
}
