/** A conversation in the model of the database: immutable, so that a state of before can be looked at as well. */
import type { ConversationHeader, MemberRow, MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import type { Limits } from './server.ts';

export type Membership = MemberRow & { delivered_seq: number; read_seq: number };

export type Stored = Omit<MessageRow, 'reactions' | 'my_reactions'> & {
  isWithheld: boolean;
  reactions: readonly { emoji: string; since: string; by: readonly string[]; last: { user_id: string; added: boolean } }[];
};

export type Conversation = {
  readonly id: string;
  readonly kind: 'direct' | 'group';
  readonly title: string | null;
  readonly created_by: string;
  readonly created_at: string;
  readonly revision: number;
  readonly epoch: number;
  readonly is_large: boolean;
  /** The one with seq n at n - 1. */
  readonly messages: readonly Stored[];
  readonly members: ReadonlyMap<string, Membership>;
};

export const present = (conversation: Conversation): Membership[] =>
  [...conversation.members.values()].filter((member) => member.left_at === null);

export function headerOf(conversation: Conversation): ConversationHeader {
  const { id, kind, title, created_by, created_at, revision, epoch, is_large, messages } = conversation;
  return {
    id,
    kind,
    title,
    created_by,
    created_at,
    last_seq: messages.length,
    quiet_count: messages.filter(({ is_quiet }) => is_quiet).length,
    revision,
    epoch,
    is_large,
    member_count: present(conversation).length,
    last_message_at: messages.findLast((message) => !message.isWithheld)?.created_at ?? null
  };
}

/** A message as somebody is shown it; of nobody in particular if `viewer` is null. */
export function shownTo(message: Stored, viewer: string | null, { reactionPeople }: Limits): MessageRow {
  const { isWithheld, reactions, ...row } = message;
  if (isWithheld && message.sender_id !== viewer) {
    return {
      ...row,
      id: `ffffffff-0000-4000-8000-${String(message.seq).padStart(12, '0')}`,
      sender_id: null,
      kind: 'withheld',
      content: '',
      system: null,
      is_quiet: true,
      edited_at: null,
      reply_to: null,
      deleted_at: null,
      reactions: {}
    };
  }
  const summary = reactions.map(({ emoji, since, by, last }) => [
    emoji,
    { count: by.length, user_ids: by.slice(0, reactionPeople), since, last }
  ]);
  const mine = reactions.filter(({ by }) => viewer !== null && by.includes(viewer)).map(({ emoji }) => emoji);
  return {
    ...row,
    is_quiet: message.is_quiet && !isWithheld,
    reactions: Object.fromEntries(summary) as MessageRow['reactions'],
    ...(viewer !== null && reactions.length > 0 && { my_reactions: mine })
  };
}

/** Messages of others that somebody has not read. */
export function unreadOf(conversation: Conversation, userId: string): number {
  const { read_seq } = conversation.members.get(userId)!;
  return conversation.messages.filter(({ seq, sender_id, is_quiet }) => seq > read_seq && sender_id !== userId && !is_quiet)
    .length;
}
