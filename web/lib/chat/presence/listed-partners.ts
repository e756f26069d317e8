import type { ConversationRecord, ConversationRecords } from '../record/conversation-record.ts';

/** The other people of direct conversations, whose presence the list shows: of those on screen first, then of the most recent. */
export function listedPartners(
  records: ConversationRecords,
  isOpen: (conversationId: string) => boolean,
  most: number
): string[] {
  const rank = ({ header }: ConversationRecord) => (isOpen(header.id) ? '~' : (header.last_message_at ?? header.created_at));
  return [...records.values()]
    .filter((record) => record.partner)
    .sort((a, b) => (rank(a) < rank(b) ? 1 : -1))
    .slice(0, most)
    .flatMap((record) => record.partner?.id ?? []);
}
