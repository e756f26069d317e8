/** One topic: its members, its presences, and the presence changes of this tick. */
import { emptyDiff, isEmptyDiff, mergeDiff, type PresenceDiff } from '../presence/diff.ts';
import { type PresencePayload, Presences } from '../presence/presences.ts';
import { EVENT, TOPIC_PREFIX } from '../protocol/events.ts';
import { RawJson } from '../protocol/message.ts';
import { type SharedFrame, sharedPush } from '../protocol/shared-frame.ts';
import type { Rates } from '../rates.ts';

/** A channel, as seen by its topic. */
export interface TopicMember {
  readonly hearsBroadcast: boolean;
  readonly hearsPresence: boolean;
  /** Whether it got the broadcast of this id already, by replay. */
  hasReplayed(id: string): boolean;
  /** `id` is the broadcast's, if it has one. */
  deliver(frame: SharedFrame, id?: string): void;
  /** The rate of what all members are sent together is over its limit. */
  tooManyMessages(): void;
}

export class Topic {
  readonly name: string;
  readonly #members = new Set<TopicMember>();
  readonly #presences = new Presences<TopicMember>();
  readonly #rates: Rates;
  readonly #onEmpty: () => void;
  #changes: PresenceDiff | undefined;
  /** Who was here at some time since the last diff went out. */
  #state: RawJson | undefined;

  constructor(name: string, rates: Rates, onEmpty: () => void) {
    this.name = name;
    this.#rates = rates;
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#members.size;
  }

  add(member: TopicMember): void {
    this.#members.add(member);
  }

  remove(member: TopicMember): void {
    if (!this.#members.delete(member)) return;
    this.untrack(member);
    if (this.#members.size === 0) this.#onEmpty();
  }

  broadcast(frame: SharedFrame, { id, except }: { id?: string; except?: TopicMember } = {}): number {
    let count = 0;
    for (const member of this.#members) {
      if (member === except || !member.hearsBroadcast) continue;
      if (id !== undefined && member.hasReplayed(id)) continue;
      member.deliver(frame, id);
      count += 1;
    }
    this.#rates.events.add(count);
    // As with the real server it is those who receive too much whose channels end.
    if (count > 0 && this.#rates.events.reached) this.#endListeners(except);
    return count;
  }

  #endListeners(except: TopicMember | undefined): void {
    for (const member of [...this.#members]) if (member !== except && member.hearsBroadcast) member.tooManyMessages();
  }

  /**
   * Who is here, as `presence_state` says it. Made once for all who join within a tick: what has changed since is in the diff
   * at its end, which they get as well.
   */
  presenceState(): RawJson {
    return (this.#state ??= new RawJson(this.#presences.stateText()));
  }

  /** Makes the member present under the key, or changes what it is present with. */
  track(member: TopicMember, key: string, payload: PresencePayload): void {
    this.#note(this.#presences.track(member, key, payload));
  }

  untrack(member: TopicMember): void {
    const diff = this.#presences.untrack(member);
    if (diff) this.#note(diff);
  }

  /** Changes of one tick leave as one diff: a thousand who come at once are told of each other in one message each. */
  #note(diff: PresenceDiff): void {
    if (!this.#changes) {
      this.#changes = emptyDiff();
      setImmediate(() => this.#announce());
    }
    mergeDiff(this.#changes, diff);
  }

  #announce(): void {
    const changes = this.#changes;
    this.#changes = undefined;
    this.#state = undefined;
    if (!changes || isEmptyDiff(changes)) return;
    const frame = sharedPush(TOPIC_PREFIX + this.name, EVENT.presenceDiff, changes);
    let count = 0;
    for (const member of this.#members) {
      if (!member.hearsPresence) continue;
      member.deliver(frame);
      count += 1;
    }
    this.#rates.presence.add(count);
  }
}
