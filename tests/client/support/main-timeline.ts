import type { OutboxItem } from '../../../web/lib/chat/outbox/plan.ts';
import type { ConversationRecord } from '../../../web/lib/chat/record/conversation-record.ts';
import { mainExcerpt } from '../../../web/lib/chat/view/excerpts.ts';
import type { Directory } from '../../../web/lib/chat/view/people.ts';
import { timelineBuilder } from '../../../web/lib/chat/view/timeline.ts';

/** Builds what is shown of a conversation itself, up to its newest message. */
export function mainTimeline(me: string) {
  const build = timelineBuilder(me);
  return (record: ConversationRecord, items: readonly OutboxItem[], people: Directory, online: boolean) =>
    build(record, mainExcerpt(record.window.messages), items, people, online);
}
