import type { Backend, DeviceState } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { presenceTopic } from '../live-topics/topic-names.ts';
import { TopicSet } from '../live-topics/topic-set.ts';
import type { Topics } from '../live-topics/topics.ts';
import type { Log } from '../log.ts';
import type { Surroundings } from '../surroundings.ts';
import { trackPauseMs } from './track-limit.ts';

const HEARTBEAT_MS = 30_000;

export type SelfOptions = {
  me: string;
  deviceId: () => Promise<string>;
  backend: Pick<Backend, 'heartbeat'>;
  topics: Topics;
  surroundings: Surroundings;
  /** Nothing was done here for a while. */
  isIdle: () => boolean;
  /** The other tabs of this device. */
  tabs: OtherTabs;
  /** The conversation on screen. */
  onScreen: () => string | null;
  clock: Clock;
  log: Log;
};

/** One device speaks with one voice: a tab that is looked at, or the one that leads when none is. */
export type OtherTabs = {
  /** This tab speaks for those that are not looked at. */
  readonly leads: boolean;
  /** Another tab will go on when this one is gone. */
  readonly hasOthers: boolean;
  /** Tells the others that this tab is being looked at. */
  sayActive(): void;
  /** When another tab has said so last, by this clock; -Infinity for never. */
  readonly activeAt: number;
};

/**
 * Says that this device is there: live on one's own presence topic, and by a heartbeat every 30 s to the database, which remembers
 * when one was last seen. active: visible, and in use. idle: hidden, or nothing done for 5 min. offline: stopped, or the page is going away.
 */
export class Self {
  #options: SelfOptions;
  #topic: TopicSet;
  #cancelBeat: (() => void) | null = null;
  #cancelTrack: (() => void) | null = null;
  #trackedAt: readonly number[] = [];
  #tracked: DeviceState | null = null;
  #beaten = '';
  #running = false;

  constructor(options: SelfOptions) {
    this.#options = options;
    this.#topic = new TopicSet({
      topics: options.topics,
      use: () => ({
        presenceKey: options.me,
        presence: () => {},
        joined: () => {
          this.#tracked = null;
          this.#track();
        }
      }),
      clock: options.clock,
      log: options.log
    });
    this.#topic.want([presenceTopic(options.me)]);
  }

  start(): void {
    this.#running = true;
    this.#beat();
  }

  /** `tell`: say goodbye. */
  async stop(tell: boolean): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelBeat?.();
    this.#cancelTrack?.();
    this.#topic.disable();
    if (tell && !this.#options.tabs.hasOthers) await this.#tell('offline');
  }

  connected(): void {
    this.#topic.enable();
  }

  disconnected(): void {
    this.#topic.disable();
  }

  /** Visibility, idleness or the conversation on screen may have changed. */
  changed(): void {
    if (!this.#running) return;
    this.#track();
    if (this.#beaten !== this.#now().join()) this.#beat();
  }

  /** Another tab has gone: this one may have to speak now. */
  alone(): void {
    if (this.#running) this.#beat();
  }

  leaving(): void {
    if (!this.#running) return;
    if (!this.#options.tabs.hasOthers) void this.#tell('offline', true);
    // Should the page come back, it says so at once.
    this.#beaten = '';
  }

  #now(): [DeviceState, string | null] {
    const { surroundings, isIdle, onScreen } = this.#options;
    return surroundings.visible && !isIdle() ? ['active', onScreen()] : ['idle', null];
  }

  #beat(): void {
    this.#cancelBeat?.();
    this.#beaten = this.#now().join();
    if (this.#speaks()) void this.#tell(this.#now()[0]);
    this.#cancelBeat = this.#options.clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #speaks(): boolean {
    const { tabs, clock } = this.#options;
    if (this.#now()[0] !== 'active') return tabs.leads && tabs.activeAt < clock.now() - HEARTBEAT_MS;
    tabs.sayActive();
    return true;
  }

  async #tell(state: DeviceState, leaving = false): Promise<void> {
    const { backend, deviceId, log } = this.#options;
    try {
      await backend.heartbeat(await deviceId(), state, state === 'active' ? this.#now()[1] : null, leaving);
    } catch (error) {
      log('heartbeat_failed', error);
    }
  }

  #track(): void {
    const { clock, deviceId, me } = this.#options;
    const [state] = this.#now();
    const topic = this.#topic.joined(presenceTopic(me));
    if (!topic || state === this.#tracked || this.#cancelTrack) return;
    const wait = trackPauseMs(this.#trackedAt, clock.now());
    if (wait > 0) {
      this.#cancelTrack = clock.after(wait, () => {
        this.#cancelTrack = null;
        this.#track();
      });
      return;
    }
    this.#tracked = state;
    this.#trackedAt = [...this.#trackedAt.slice(-9), clock.now()];
    void deviceId().then((device_id) => {
      if (this.#topic.joined(presenceTopic(me)) === topic) topic.track({ device_id, state });
    });
  }
}
