/** Rows as the server sends them, made from what a test cares about. */
import type { ConversationRecord } from '../../../web/lib/chat/record/conversation-record.ts';
import { emptyWindow } from '../../../web/lib/chat/record/message-window.ts';
import { nothingUnloaded } from '../../../web/lib/chat/record/unloaded.ts';
import type { ConversationHeader, MemberRow, MessageRow, ReceiptRow } from '../../../web/lib/chat/wire/rows.ts';

export const CONVERSATION = '0190a000-0000-7000-8000-000000000001';
export const ALICE = '0190b000-0000-7000-8000-00000000000a';
export const BOB = '0190b000-0000-7000-8000-00000000000b';
export const CAROL = '0190b000-0000-7000-8000-00000000000c';
export const AT = '2026-11-21T12:00:00+00:00';

export const messageId = (seq: number) => `0190c000-0000-7000-8000-${String(seq).padStart(12, '0')}`;

export function message(seq: number, revision: number, sender_id: string | null = BOB, content = `message ${seq}`): MessageRow {
  return {
    conversation_id: CONVERSATION,
    seq,
    id: messageId(seq),
    sender_id,
    kind: 'text',
    content,
    system: null,
    is_quiet: false,
    edited_at: null,
    reply_to: null,
    pinned_at: null,
    reactions: {},
    deleted_at: null,
    created_at: AT,
    revision
  };
}

export function member(user_id: string, revision = 1, changes: Partial<MemberRow> = {}): MemberRow {
  const handle = { [ALICE]: 'alice', [BOB]: 'bob', [CAROL]: 'carol' }[user_id] ?? 'somebody';
  return {
    user_id,
    role: 'member',
    joined_at: AT,
    left_at: null,
    revision,
    handle,
    display_name: handle,
    avatar_url: null,
    ...changes
  };
}

export function receipt(user_id: string, delivered_seq: number, read_seq: number): ReceiptRow {
  return { user_id, delivered_seq, delivered_at: AT, read_seq, read_at: AT };
}

export function header(changes: Partial<ConversationHeader> = {}): ConversationHeader {
  return {
    id: CONVERSATION,
    kind: 'group',
    title: 'Harbour',
    created_by: ALICE,
    created_at: AT,
    quiet_count: 0,
    last_seq: 0,
    revision: 1,
    epoch: 1,
    is_large: false,
    member_count: 2,
    last_message_at: null,
    ...changes
  };
}

/** A conversation that Alice knows, with messages 1 to `messages` loaded, all from Bob, at revision messages + 1. */
export function record(messages: number, changes: Partial<ConversationRecord> = {}): ConversationRecord {
  const loaded = Array.from({ length: messages }, (_, index) => message(index + 1, index + 2));
  return {
    header: header({ last_seq: messages, revision: messages + 1 }),
    role: 'owner',
    joinedAt: AT,
    partner: null,
    preview: loaded.at(-1) ?? null,
    unread: messages,
    cursor: messages + 1,
    window: { ...emptyWindow(messages), messages: loaded },
    members: new Map([ALICE, BOB].map((id) => [id, member(id)])),
    membersKnown: true,
    watermarks: new Map([ALICE, BOB].map((id) => [id, { delivered_seq: 0, delivered_at: null, read_seq: 0, read_at: null }])),
    unloaded: nothingUnloaded(messages + 1),
    held: [],
    ...changes
  };
}
