/** One topic: its members, its presences, and the presence changes of this tick. */
import { emptyDiff, isEmptyDiff, mergeDiff, type PresenceDiff } from '../presence/diff.ts';
import { type PresencePayload, Presences, type PresenceState } from '../presence/presences.ts';
import { EVENT, TOPIC_PREFIX } from '../protocol/events.ts';
import { type SharedFrame, sharedPush } from '../protocol/shared-frame.ts';

/** A channel, as seen by its topic. */
export interface TopicMember {
  readonly hearsBroadcast: boolean;
  readonly hearsPresence: boolean;
  /** Whether it got the broadcast of this id already, by replay. */
  hasReplayed(id: string): boolean;
  deliver(frame: SharedFrame): void;
}

export class Topic {
  readonly name: string;
  readonly #members = new Set<TopicMember>();
  readonly #presences = new Presences<TopicMember>();
  readonly #onEmpty: () => void;
  #changes: PresenceDiff | undefined;

  constructor(name: string, onEmpty: () => void) {
    this.name = name;
    this.#onEmpty = onEmpty;
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
      member.deliver(frame);
      count += 1;
    }
    return count;
  }

  /** Who is here, as `presence_state` says it. */
  presenceState(): PresenceState {
    return this.#presences.state();
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
    if (!changes || isEmptyDiff(changes)) return;
    const frame = sharedPush(TOPIC_PREFIX + this.name, EVENT.presenceDiff, changes);
    for (const member of this.#members) if (member.hearsPresence) member.deliver(frame);
  }
}
