/**
 * The database in memory: what its functions do to numbers, memberships and receipts, and which events they announce to whom.
 * Written from the migrations, not from the client, so that the two can be compared.
 */
import type { LiveEvent } from '../../../web/lib/chat/wire/events.ts';
import type { ListRow, MemberRow, MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import type { Cursors, SyncAnswer, SyncEntry } from '../../../web/lib/chat/wire/sync.ts';
import { AT, messageId } from './rows.ts';

type Membership = MemberRow & { delivered_seq: number; read_seq: number };
export type ServerConversation = {
  id: string;
  title: string;
  last_seq: number;
  revision: number;
  epoch: number;
  is_large: boolean;
  messages: MessageRow[];
  members: Map<string, Membership>;
};

const SMALL_MAX = 4;
const RECEIPTS_MAX = 3;
const PAGE = 5;

export class ServerModel {
  conversations = new Map<string, ServerConversation>();
  /** What was announced to each person, in order. */
  readonly announced: { to: string; event: LiveEvent }[] = [];
  #ids = 0;

  /** A state of before can answer as well: what a transaction has done may be seen late. */
  snapshot(): ServerModel {
    const copy = new ServerModel();
    copy.conversations = structuredClone(this.conversations);
    return copy;
  }

  create(id: string, userIds: readonly string[]): void {
    const conversation: ServerConversation = {
      id,
      title: 'begin',
      last_seq: 0,
      revision: 1,
      epoch: 1,
      is_large: false,
      messages: [],
      members: new Map()
    };
    this.conversations.set(id, conversation);
    this.#join(conversation, userIds);
    this.#announce(conversation, userIds, {
      type: 'conversation',
      conversation_id: id,
      revision: 1,
      conversation: headerOf(conversation)
    });
  }

  send(id: string, sender: string): MessageRow {
    const conversation = this.#get(id);
    conversation.last_seq += 1;
    conversation.revision += 1;
    const message: MessageRow = {
      conversation_id: id,
      seq: conversation.last_seq,
      id: messageId((this.#ids += 1)),
      sender_id: sender,
      kind: 'text',
      system: null,
      is_quiet: false,
      edited_at: null,
      reply_to: null,
      pinned_at: null,
      reactions: {},
      deleted_at: null,
      content: `${sender} ${conversation.last_seq}`,
      created_at: AT,
      revision: conversation.revision
    };
    conversation.messages.push(message);
    this.#announce(conversation, members(conversation), {
      type: 'message',
      conversation_id: id,
      revision: conversation.revision,
      message
    });
    return message;
  }

  rename(id: string, title: string): void {
    const conversation = this.#get(id);
    conversation.revision += 1;
    conversation.title = title;
    this.#announce(conversation, members(conversation), {
      type: 'conversation',
      conversation_id: id,
      revision: conversation.revision,
      conversation: headerOf(conversation)
    });
  }

  add(id: string, userId: string): void {
    const conversation = this.#get(id);
    const before = members(conversation);
    const wasLarge = conversation.is_large;
    conversation.revision += 1;
    this.#join(conversation, [userId]);
    const { revision } = conversation;
    const changed: LiveEvent = { type: 'conversation', conversation_id: id, revision, conversation: headerOf(conversation) };
    this.#announce(conversation, [userId], changed);
    if (conversation.is_large && !wasLarge) this.#announce(conversation, before, changed);
    else
      this.#announce(
        conversation,
        conversation.is_large ? members(conversation) : before,
        this.#memberEvent(conversation, [userId])
      );
  }

  remove(id: string, userId: string): void {
    const conversation = this.#get(id);
    conversation.revision += 1;
    conversation.epoch += 1;
    const membership = conversation.members.get(userId)!;
    conversation.members.set(userId, { ...membership, left_at: AT, role: 'member', revision: conversation.revision });
    this.#announce(conversation, members(conversation), this.#memberEvent(conversation, [userId]));
    this.#announce(conversation, [userId], { type: 'removed', conversation_id: id });
  }

  mark(id: string, userId: string, kind: 'delivered' | 'read', seq: number): void {
    const conversation = this.#get(id);
    const membership = conversation.members.get(userId)!;
    const up = Math.min(seq, conversation.last_seq);
    const delivered_seq = Math.max(membership.delivered_seq, up);
    const read_seq = kind === 'read' ? Math.max(membership.read_seq, up) : membership.read_seq;
    if (delivered_seq === membership.delivered_seq && read_seq === membership.read_seq) return;
    conversation.members.set(userId, { ...membership, delivered_seq, read_seq });
    const senders = new Set(
      conversation.messages.filter((message) => message.seq > membership.read_seq).map((message) => message.sender_id)
    );
    const covered =
      members(conversation).length <= RECEIPTS_MAX
        ? members(conversation).filter((other) => other !== userId && senders.has(other))
        : [];
    this.#announce(conversation, [...covered, userId], {
      type: 'receipt',
      conversation_id: id,
      user_id: userId,
      delivered_seq,
      delivered_at: AT,
      read_seq,
      read_at: AT
    });
  }

  isMember(id: string, userId: string): boolean {
    return this.conversations.get(id)?.members.get(userId)?.left_at === null;
  }

  unread(id: string, userId: string): number {
    const conversation = this.#get(id);
    const { read_seq } = conversation.members.get(userId)!;
    return conversation.messages.filter((message) => message.seq > read_seq && message.sender_id !== userId).length;
  }

  sync(userId: string, cursors: Cursors): SyncAnswer {
    const conversations: SyncEntry[] = [];
    for (const conversation of this.conversations.values()) {
      if (!this.isMember(conversation.id, userId)) continue;
      const row = this.#listRow(conversation, userId);
      const given = cursors[conversation.id];
      const cursor = given && given[0] <= row.revision ? given[0] : null;
      if (given && cursor === row.revision && given[1] === row.receipts_mark) continue;
      const messages = cursor === null ? [] : conversation.messages.filter((message) => message.revision > cursor).slice(0, PAGE);
      const reached = messages.at(-1)?.revision ?? row.revision;
      const isMore = messages.length === PAGE && conversation.messages.some((message) => message.revision > reached);
      conversations.push({
        ...row,
        known: cursor !== null,
        messages,
        members: [...conversation.members.values()].filter((member) =>
          cursor === null ? member.left_at === null && !conversation.is_large : member.revision > cursor
        ),
        receipts: [...conversation.members.values()]
          .filter((member) => member.left_at === null && (!conversation.is_large || member.user_id === userId))
          .map(({ user_id, delivered_seq, read_seq }) => ({ user_id, delivered_seq, delivered_at: AT, read_seq, read_at: AT })),
        cursor: isMore ? reached : row.revision,
        more: isMore
      });
    }
    return {
      conversations,
      lost: Object.keys(cursors).filter((id) => !this.isMember(id, userId)),
      more: conversations.some((entry) => entry.more)
    };
  }

  history(id: string, before: number, limit: number): MessageRow[] {
    const older = this.#get(id).messages.filter((message) => message.seq < before);
    return older.slice(-limit).toReversed();
  }

  #listRow(conversation: ServerConversation, userId: string): ListRow {
    const own = conversation.members.get(userId)!;
    const summed = conversation.is_large ? [own] : [...conversation.members.values()].filter((member) => member.left_at === null);
    const last = conversation.messages.at(-1);
    return {
      ...headerOf(conversation),
      role: own.role,
      joined_at: own.joined_at,
      delivered_seq: own.delivered_seq,
      read_seq: own.read_seq,
      unread: this.unread(conversation.id, userId),
      receipts_mark: summed.reduce((sum, member) => sum + member.delivered_seq + member.read_seq, 0),
      last_message: last ? last : null,
      partner: null
    };
  }

  #memberEvent(conversation: ServerConversation, userIds: readonly string[]): LiveEvent {
    return {
      type: 'member',
      conversation_id: conversation.id,
      revision: conversation.revision,
      epoch: conversation.epoch,
      member_count: members(conversation).length,
      members: userIds.map((id) => conversation.members.get(id)!)
    };
  }

  #join(conversation: ServerConversation, userIds: readonly string[]): void {
    for (const user_id of userIds) {
      const before = conversation.members.get(user_id);
      conversation.members.set(user_id, {
        user_id,
        role: conversation.members.size === 0 ? 'owner' : 'member',
        joined_at: AT,
        left_at: null,
        revision: conversation.revision,
        handle: user_id,
        display_name: user_id,
        avatar_url: null,
        delivered_seq: Math.max(before?.delivered_seq ?? 0, conversation.last_seq),
        read_seq: Math.max(before?.read_seq ?? 0, conversation.last_seq)
      });
    }
    conversation.is_large ||= members(conversation).length > SMALL_MAX;
  }

  #announce(_conversation: ServerConversation, userIds: readonly string[], event: LiveEvent): void {
    for (const to of userIds) this.announced.push({ to, event: structuredClone(event) });
  }

  #get(id: string): ServerConversation {
    return this.conversations.get(id)!;
  }
}

export const members = (conversation: ServerConversation): string[] =>
  [...conversation.members.values()].filter((member) => member.left_at === null).map((member) => member.user_id);

export function headerOf(conversation: ServerConversation) {
  return {
    id: conversation.id,
    kind: 'group' as const,
    title: conversation.title,
    created_by: null,
    created_at: AT,
    last_seq: conversation.last_seq,
    quiet_count: 0,
    revision: conversation.revision,
    epoch: conversation.epoch,
    is_large: conversation.is_large,
    member_count: members(conversation).length,
    last_message_at: conversation.messages.at(-1)?.created_at ?? null
  };
}
