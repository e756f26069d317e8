import type { ListRow } from '../../../web/lib/chat/wire/rows.ts';
import type { Cursors, SyncAnswer, SyncEntry } from '../../../web/lib/chat/wire/sync.ts';
import { headerOf, present, shownTo, unreadOf, type Conversation } from './model-conversation.ts';
import type { Limits } from './server.ts';

const isMember = (conversation: Conversation | undefined, userId: string) => conversation?.members.get(userId)?.left_at === null;

/** sync() over a state of the model. */
export function syncOver(
  conversations: ReadonlyMap<string, Conversation>,
  userId: string,
  cursors: Cursors,
  limits: Limits,
  isHidden: (conversationId: string, seq: number) => boolean
): SyncAnswer {
  const entries: SyncEntry[] = [];
  for (const conversation of conversations.values()) {
    if (!isMember(conversation, userId)) continue;
    const row = listRow(conversation, userId, limits, isHidden);
    const given = cursors[conversation.id];
    const cursor = given && given[0] <= row.revision ? given[0] : null;
    if (given && cursor === row.revision && given[1] === row.receipts_mark) continue;
    entries.push(entryOf(conversation, row, userId, cursor, limits));
  }
  return {
    conversations: entries,
    lost: Object.keys(cursors).filter((id) => !isMember(conversations.get(id), userId)),
    more: entries.some((entry) => entry.more)
  };
}

function entryOf(conversation: Conversation, row: ListRow, userId: string, cursor: number | null, limits: Limits): SyncEntry {
  const later = conversation.messages
    .filter((message) => cursor !== null && message.revision > cursor)
    .toSorted((a, b) => a.revision - b.revision);
  const page = later.slice(0, limits.page);
  const reached = later.length > page.length ? page.at(-1)!.revision : row.revision;
  return {
    ...row,
    known: cursor !== null,
    messages: page.map((message) => shownTo(message, userId, limits)),
    members: [...conversation.members.values()].filter((member) =>
      cursor === null ? member.left_at === null && !conversation.is_large : member.revision > cursor
    ),
    receipts: present(conversation)
      .filter((member) => !conversation.is_large || member.user_id === userId)
      .map(({ user_id, delivered_seq, read_seq }) => ({ user_id, delivered_seq, delivered_at: null, read_seq, read_at: null })),
    cursor: reached,
    more: reached < row.revision
  };
}

function listRow(
  conversation: Conversation,
  userId: string,
  limits: Limits,
  isHidden: (conversationId: string, seq: number) => boolean
): ListRow {
  const own = conversation.members.get(userId)!;
  const summed = conversation.is_large ? [own] : present(conversation);
  const last = conversation.messages.findLast(
    (message) => (!message.isWithheld || message.sender_id === userId) && !isHidden(conversation.id, message.seq)
  );
  const partner = conversation.kind === 'direct' ? present(conversation).find((member) => member.user_id !== userId) : null;
  return {
    ...headerOf(conversation),
    role: own.role,
    joined_at: own.joined_at,
    delivered_seq: own.delivered_seq,
    read_seq: own.read_seq,
    unread: unreadOf(conversation, userId),
    receipts_mark: summed.reduce((sum, member) => sum + member.delivered_seq + member.read_seq, 0),
    last_message: last ? shownTo(last, userId, limits) : null,
    partner: partner ? { ...partner, id: partner.user_id } : null
  };
}
