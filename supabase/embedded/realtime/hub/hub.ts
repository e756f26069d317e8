/**
 * Who is on which topic, and what is on its way to them. A public and a private channel of one name are two topics that
 * never hear of each other.
 */
import type { SharedFrame } from '../protocol/shared-frame.ts';
import type { Rates } from '../rates.ts';
import { Topic, type TopicMember } from './topic.ts';

export interface TopicName {
  name: string;
  isPrivate: boolean;
}

export class Hub {
  readonly #rates: Rates;
  readonly #topics = new Map<string, Topic>();

  constructor(rates: Rates) {
    this.#rates = rates;
  }

  get size(): number {
    return this.#topics.size;
  }

  /** Memberships of all topics. */
  get channels(): number {
    let count = 0;
    for (const topic of this.#topics.values()) count += topic.size;
    return count;
  }

  join({ name, isPrivate }: TopicName, member: TopicMember): Topic {
    const key = keyOf(name, isPrivate);
    let topic = this.#topics.get(key);
    if (!topic) {
      topic = new Topic(name, this.#rates, () => this.#topics.delete(key));
      this.#topics.set(key, topic);
    }
    topic.add(member);
    return topic;
  }

  /** Delivers a broadcast to everyone on the topic; `make` is called only if somebody is. Returns how many received it. */
  broadcast(
    { name, isPrivate }: TopicName,
    make: () => { frame: SharedFrame; id?: string } | null,
    except?: TopicMember
  ): number {
    const topic = this.#topics.get(keyOf(name, isPrivate));
    if (!topic) return 0;
    const message = make();
    return message ? topic.broadcast(message.frame, { id: message.id, except }) : 0;
  }
}

function keyOf(name: string, isPrivate: boolean): string {
  return isPrivate ? `private:${name}` : `public:${name}`;
}
