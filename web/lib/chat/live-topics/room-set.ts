import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ConversationRecords } from '../record/conversation-record.ts';
import { typingSchema } from '../wire/room.ts';
import { roomTopic } from './topic-names.ts';
import { TopicSet } from './topic-set.ts';
import type { Topics } from './topics.ts';

/** After somebody has left, the room has a new name: its members come there one after the other. */
const JITTER_MS = 500;

export type RoomSetOptions = {
  me: string;
  topics: Topics;
  onTyping: (conversationId: string, userId: string, typing: boolean) => void;
  /** Who has the conversation open just now, oneself left out. */
  onHere: (conversationId: string, userIds: ReadonlySet<string>) => void;
  onJoined: (conversationId: string) => void;
  onLeft: (conversationId: string) => void;
  clock: Clock;
  log: Log;
};

/** The rooms of the open conversations: typing, and who is here. */
export class RoomSet {
  #set: TopicSet;
  #names = new Map<string, string>();

  constructor({ me, topics, onTyping, onHere, onJoined, onLeft, clock, log }: RoomSetOptions) {
    this.#set = new TopicSet({
      topics,
      use: (name) => {
        const conversationId = name.split(':')[1] ?? '';
        return {
          presenceKey: me,
          joined: (topic) => {
            topic.track({ user_id: me });
            onJoined(conversationId);
          },
          left: () => onLeft(conversationId),
          message: (event, payload) => {
            if (event !== 'typing') return;
            const signal = typingSchema.safeParse(payload);
            if (signal.success && signal.data.user_id !== me) onTyping(conversationId, signal.data.user_id, signal.data.typing);
          },
          presence: (state) => onHere(conversationId, new Set(Object.keys(state).filter((key) => key !== me)))
        };
      },
      jitterMs: () => JITTER_MS,
      clock,
      log
    });
  }

  /** These conversations are open. */
  want(conversationIds: Iterable<string>, records: ConversationRecords): void {
    this.#names.clear();
    for (const id of conversationIds) {
      const record = records.get(id);
      if (record) this.#names.set(id, roomTopic(id, record.header.epoch));
    }
    this.#set.want(this.#names.values());
  }

  say(conversationId: string, userId: string, typing: boolean): void {
    const name = this.#names.get(conversationId);
    if (name) this.#set.joined(name)?.send('typing', { user_id: userId, typing });
  }

  enable(): void {
    this.#set.enable();
  }

  disable(): void {
    this.#set.disable();
  }
}
