import type { Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import { LiveValue, type Live } from '../live.ts';
import { PRESENCES_MAX, presenceTopic } from '../live-topics/topic-names.ts';
import { TopicSet } from '../live-topics/topic-set.ts';
import type { Topics } from '../live-topics/topics.ts';
import type { Log } from '../log.ts';
import { presenceMetaSchema, type PresenceMeta, type PresenceRow } from '../wire/room.ts';
import { presenceOf, UNSEEN, withMetas, withoutTopic, withTold, type Sighting } from './merge-presence.ts';
import type { Presence, PresenceMap } from './presence.ts';

/** The server is asked this often: for those beyond the joined topics, and for devices without a socket. */
const ASK_EVERY_MS = 60_000;
/** Those who come on screen together are asked for together. */
const ASK_SOON_MS = 50;
/** The server takes at most 500 in one call. */
const ASK_MAX = 500;

export type PresenceKeeperOptions = { me: string; backend: Pick<Backend, 'presence'>; topics: Topics; clock: Clock; log: Log };

/** Who of the people on screen is there: by their presence topics while there is a connection, and by asking. */
export class PresenceKeeper {
  #options: PresenceKeeperOptions;
  #topics: TopicSet;
  #watchers = new Map<string, number>();
  #listed: readonly string[] = [];
  #sightings = new Map<string, Sighting>();
  #map = new LiveValue<PresenceMap>(new Map());
  #cancelAsk: (() => void) | null = null;
  #askAt = Infinity;
  #running = false;

  constructor(options: PresenceKeeperOptions) {
    this.#options = options;
    this.#topics = new TopicSet({
      topics: options.topics,
      use: (name) => {
        const userId = name.slice(presenceTopic('').length);
        return {
          presenceKey: '',
          presence: (state) => this.#see(userId, (sighting, now) => withMetas(sighting, readMetas(state), now)),
          left: () => {
            this.#see(userId, (sighting, now) => withoutTopic(sighting, userId, now));
            this.#askWithin(ASK_SOON_MS);
          }
        };
      },
      clock: options.clock,
      log: options.log
    });
  }

  get map(): Live<PresenceMap> {
    return this.#map;
  }

  start(): void {
    this.#running = true;
    this.#askWithin(0);
  }

  stop(): void {
    this.#running = false;
    this.#cancelAsk?.();
    this.#askAt = Infinity;
    this.#topics.disable();
  }

  connected(): void {
    this.#topics.enable();
    this.#askWithin(0);
  }

  disconnected(): void {
    this.#topics.disable();
  }

  watch(userIds: readonly string[]): () => void {
    for (const id of userIds) this.#watchers.set(id, (this.#watchers.get(id) ?? 0) + 1);
    this.#update();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      for (const id of userIds) {
        const left = (this.#watchers.get(id) ?? 1) - 1;
        if (left > 0) this.#watchers.set(id, left);
        else this.#watchers.delete(id);
      }
      this.#update();
    };
  }

  /** The partners in the list, the most recent first. */
  list(userIds: readonly string[]): void {
    if (userIds.length === this.#listed.length && userIds.every((id, index) => id === this.#listed[index])) return;
    this.#listed = userIds;
    this.#update();
  }

  /** Asks the server once. */
  async ask(userIds: readonly string[]): Promise<PresenceMap> {
    const rows: PresenceRow[] = [];
    for (let from = 0; from < userIds.length; from += ASK_MAX) {
      rows.push(...(await this.#options.backend.presence(userIds.slice(from, from + ASK_MAX))));
    }
    const now = this.#options.clock.now();
    for (const row of rows) this.#see(row.user_id, (sighting) => withTold(sighting, row, now));
    return new Map(
      userIds.flatMap((id): [string, Presence][] => (this.#map.current.has(id) ? [[id, this.#map.current.get(id)!]] : []))
    );
  }

  #everybody(): string[] {
    return [...new Set([...this.#watchers.keys(), ...this.#listed])].filter((id) => id !== this.#options.me);
  }

  #update(): void {
    const everybody = this.#everybody();
    this.#topics.want(everybody.slice(0, PRESENCES_MAX).map(presenceTopic));
    if (everybody.some((id) => !this.#sightings.has(id))) this.#askWithin(ASK_SOON_MS);
  }

  #askWithin(ms: number): void {
    const { clock, log } = this.#options;
    if (!this.#running || clock.now() + ms >= this.#askAt) return;
    this.#cancelAsk?.();
    this.#askAt = clock.now() + ms;
    this.#cancelAsk = clock.after(ms, () => {
      this.#askAt = Infinity;
      const everybody = this.#everybody();
      const asked = everybody.length === 0 ? Promise.resolve() : this.ask(everybody);
      void asked.catch((error: unknown) => log('presence_unavailable', error)).then(() => this.#askWithin(ASK_EVERY_MS));
    });
  }

  #see(userId: string, change: (sighting: Sighting, now: number) => Sighting): void {
    const sighting = change(this.#sightings.get(userId) ?? UNSEEN, this.#options.clock.now());
    this.#sightings.set(userId, sighting);
    const presence = presenceOf(sighting);
    const before = this.#map.current.get(userId);
    if (
      !presence ||
      (before && before.status === presence.status && before.lastSeenAt?.getTime() === presence.lastSeenAt?.getTime())
    )
      return;
    this.#map.set(new Map(this.#map.current).set(userId, presence));
  }
}

/** What devices say is theirs to say: what is not understood is passed over. */
function readMetas(state: Readonly<Record<string, readonly unknown[]>>): PresenceMeta[] {
  return Object.values(state)
    .flat()
    .flatMap((meta) => {
      const parsed = presenceMetaSchema.safeParse(meta);
      return parsed.success ? [parsed.data] : [];
    });
}
