import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ConversationRecord, ConversationRecords } from '../record/conversation-record.ts';
import { FEEDS_MAX, feedTopic } from './topic-names.ts';
import { TopicSet } from './topic-set.ts';
import type { Topics, TopicEvents } from './topics.ts';

/**
 * After somebody has left, the feed of a large conversation has a new name. Its members come there, and ask sync(), one after the
 * other: some 200 in a second, and the last within 10 s.
 */
const JITTER_MS_PER_MEMBER = 5;
const JITTER_MAX_MS = 10_000;

export type FeedSetOptions = {
  topics: Topics;
  onMessage: NonNullable<TopicEvents['message']>;
  /** What was said before the join is missing. */
  onJoined: () => void;
  clock: Clock;
  log: Log;
};

/** The feeds of the large conversations that are open or most recent; the others come by sync. */
export class FeedSet {
  #set: TopicSet;
  #members = new Map<string, number>();

  constructor({ topics, onMessage, onJoined, clock, log }: FeedSetOptions) {
    this.#set = new TopicSet({
      topics,
      use: () => ({ message: onMessage, joined: onJoined }),
      jitterMs: (name) => Math.min(JITTER_MAX_MS, JITTER_MS_PER_MEMBER * (this.#members.get(name) ?? 0)),
      clock,
      log
    });
  }

  want(records: ConversationRecords, isOpen: (conversationId: string) => boolean): void {
    const large = [...records.values()].filter((record) => record.header.is_large);
    const order = (record: ConversationRecord) =>
      isOpen(record.header.id) ? '~' : (record.header.last_message_at ?? record.header.created_at);
    large.sort((a, b) => (order(a) < order(b) ? 1 : -1));
    this.#members = new Map(
      large.slice(0, FEEDS_MAX).map(({ header }) => [feedTopic(header.id, header.epoch), header.member_count])
    );
    this.#set.want(this.#members.keys());
  }

  enable(): void {
    this.#set.enable();
  }

  disable(): void {
    this.#set.disable();
  }
}
