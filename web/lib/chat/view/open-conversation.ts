import type { Backend } from '../backend.ts';
import type { ConversationView } from '../conversation-view.ts';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import { ownMark, type ConversationRecord } from '../record/conversation-record.ts';
import { hasOlder } from '../record/message-window.ts';
import type { RecordKeeper } from '../record/record-keeper.ts';
import type { ReceiptSender } from '../receipts/receipt-sender.ts';
import type { ConversationSummary, Member, MessageReceipt, Role, Timeline } from '../snapshots.ts';
import type { Surroundings } from '../surroundings.ts';
import type { TypingHub } from '../typing/typing-hub.ts';
import { History } from './history.ts';
import { memberList, withAllMembers } from './member-list.ts';
import type { People } from './people.ts';
import { namedIn, timelineBuilder } from './timeline.ts';

/** What an open conversation is made of. */
export type ConversationParts = {
  me: string;
  keeper: RecordKeeper;
  outbox: Outbox;
  items: Live<ReadonlyMap<string, readonly OutboxItem[]>>;
  online: Live<boolean>;
  people: People;
  typing: TypingHub;
  receipts: ReceiptSender;
  backend: Backend;
  surroundings: Surroundings;
  summaryOf: (conversationId: string) => Live<ConversationSummary | null>;
  /** Resolves when what the server was just told is in the record. */
  synced: () => Promise<unknown>;
  log: Log;
};

const NO_ITEMS: readonly OutboxItem[] = [];
const NOBODY: ConversationRecord['members'] = new Map();

/** A conversation on screen, whoever looks at it: all views of it are this one. */
export class OpenConversation implements Omit<ConversationView, 'close'> {
  readonly id: string;
  readonly summary: Live<ConversationSummary | null>;
  readonly timeline: Live<Timeline>;
  readonly members: Live<readonly Member[]>;
  readonly typing: ConversationView['typing'];
  readonly lost = new LiveValue(false);
  readonly here = new LiveValue<ReadonlySet<string>>(new Set());
  #parts: ConversationParts;
  #history: History;
  #readSeqAtOpen = new LiveValue<number | null>(null);
  #visibleSeq = 0;
  /** The number of members that were asked for; asked again when there are others. */
  #membersAsked = '';

  constructor(id: string, parts: ConversationParts) {
    const { me, keeper, items, people, online, backend, typing } = parts;
    this.id = id;
    this.#parts = parts;
    this.#history = new History(id, keeper, backend);
    this.summary = parts.summaryOf(id);

    const record = derive([keeper.records], (records) => records.get(id));
    const build = timelineBuilder(me);
    const own = derive([items], (all) => all.get(id) ?? NO_ITEMS);
    const messages = derive([record, own, people.all, online], build);
    this.timeline = derive([record, messages, this.#history.state, this.#readSeqAtOpen], (known, list, state, readSeqAtOpen) => ({
      messages: list,
      hasOlder: known ? hasOlder(known.window) : false,
      ...state,
      readSeqAtOpen: readSeqAtOpen ?? 0
    }));
    // Not of the whole record: a crowd need not be sorted again for every message.
    const members = derive([record], (known) => known?.members ?? NOBODY);
    const watermarks = derive([record], (known) => (known?.membersKnown ? known.watermarks : null));
    this.members = derive([members, watermarks, people.all], memberList);
    const typists = derive([typing.typing], (all) => all.get(id));
    this.typing = derive([typists, people.all], (ids, directory) => (ids ?? []).flatMap((userId) => directory.get(userId) ?? []));
    this.refresh();
  }

  /** The record may have changed. */
  refresh(): void {
    const { keeper, me, people } = this.#parts;
    const record = keeper.get(this.id);
    if (!record) return;
    this.lost.set(false);
    if (this.#readSeqAtOpen.current === null) this.#readSeqAtOpen.set(ownMark(record, me).read_seq);
    this.#history.fill();
    this.#needMembers(record);
    people.need(record.window.messages.flatMap(({ sender_id, system }) => [sender_id, ...(system ? namedIn(system) : [])]));
  }

  /** The connection or the page is back: what failed is tried again, what was on screen meanwhile is read. */
  retryLoading(): void {
    this.#membersAsked = '';
    this.#history.retry();
    this.refresh();
  }

  loadOlder(): Promise<void> {
    return this.#history.older();
  }

  send(content: string): string {
    this.#parts.typing.ended(this.id);
    return this.#parts.outbox.add(this.id, content);
  }

  reply(seq: number, content: string): string {
    this.#parts.typing.ended(this.id);
    return this.#parts.outbox.add(this.id, content, { type: 'send', replyTo: seq });
  }

  edit(seq: number, content: string): void {
    this.#parts.typing.ended(this.id);
    this.#parts.outbox.add(this.id, content, { type: 'edit', seq });
  }

  delete(seq: number): void {
    this.#parts.outbox.add(this.id, '', { type: 'delete', seq });
  }

  react(seq: number, emoji: string, on: boolean): void {
    this.#parts.outbox.add(this.id, '', { type: 'react', seq, emoji, on });
  }

  retry(messageId: string): void {
    this.#parts.outbox.retry(messageId);
  }

  discard(messageId: string): string | null {
    return this.#parts.outbox.discard(messageId);
  }

  keystroke(): void {
    this.#parts.typing.keystroke(this.id);
  }

  stopTyping(): void {
    this.#parts.typing.ended(this.id);
  }

  markVisible(seq: number): void {
    this.#visibleSeq = Math.max(this.#visibleSeq, seq);
    this.markRead();
  }

  /** What is on screen is read if somebody looks at it. */
  markRead(): void {
    const { keeper, me, receipts, surroundings } = this.#parts;
    const record = keeper.get(this.id);
    if (!record || !surroundings.visible || !surroundings.focused) return;
    const seq = Math.min(this.#visibleSeq, record.window.newest);
    if (seq > ownMark(record, me).read_seq) receipts.read(this.id, seq);
  }

  async receipts(seq: number): Promise<readonly MessageReceipt[]> {
    const rows = await this.#parts.backend.statuses(this.id, seq);
    this.#parts.people.need(rows.map((row) => row.recipient_id));
    return rows.map((row) => ({
      userId: row.recipient_id,
      status: row.status,
      deliveredAt: row.delivered_at ? new Date(row.delivered_at) : null,
      readAt: row.read_at ? new Date(row.read_at) : null
    }));
  }

  async rename(title: string): Promise<void> {
    await this.#parts.backend.rename(this.id, title);
    await this.#parts.synced();
  }

  async addMembers(userIds: readonly string[]): Promise<void> {
    await this.#parts.backend.addMembers(this.id, userIds);
    await this.#parts.synced();
  }

  async removeMember(userId: string): Promise<void> {
    await this.#parts.backend.removeMember(this.id, userId);
    await this.#parts.synced();
  }

  async setRole(userId: string, role: Role): Promise<void> {
    await this.#parts.backend.setRole(this.id, userId, role);
    await this.#parts.synced();
  }

  async leave(): Promise<void> {
    await this.#parts.backend.leave(this.id);
    this.#parts.keeper.forget(this.id);
  }

  /** sync() does not list the members of a large conversation: they are asked for while it is open. */
  #needMembers(record: ConversationRecord): void {
    const { backend, keeper, log } = this.#parts;
    const wanted = `${record.header.member_count}:${record.header.epoch}`;
    if (record.membersKnown || record.members.size === record.header.member_count || this.#membersAsked === wanted) return;
    this.#membersAsked = wanted;
    backend.members(this.id).then(
      (rows) => keeper.update(this.id, (known) => withAllMembers(known, rows)),
      (error: unknown) => log('members_unavailable', error)
    );
  }
}
