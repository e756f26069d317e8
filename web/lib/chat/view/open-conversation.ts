import type { ProgressOf } from '../attachments/attachment.ts';
import type { LocalFile } from '../attachments/entry-file.ts';
import type { KeptFiles, Uploads } from '../attachments/uploads.ts';
import type { Backend } from '../backend.ts';
import type { ConversationView, NewPoll, Thread } from '../conversation-view.ts';
import { derive } from '../derive.ts';
import type { EncryptionGate } from '../encryption/gate.ts';
import { LiveValue, type Live } from '../live.ts';
import type { LinkPreview } from '../link-preview.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import { ownMark, type ConversationRecord, type ConversationRecords } from '../record/conversation-record.ts';
import { hasOlder, oldest } from '../record/message-window.ts';
import type { RecordKeeper } from '../record/record-keeper.ts';
import type { OwnDrafts } from '../personal/drafts.ts';
import { withoutHidden, type HiddenMessages } from '../personal/hidden-messages.ts';
import type { ReceiptSender } from '../receipts/receipt-sender.ts';
import type { ConversationSummary, Member, MessageReceipt, Role, Timeline } from '../snapshots.ts';
import type { Permission, Permissions } from '../permissions.ts';
import type { Surroundings } from '../surroundings.ts';
import type { TypingHub } from '../typing/typing-hub.ts';
import type { MessageRow } from '../wire/rows.ts';
import { mainExcerpt, passageExcerpt } from './excerpts.ts';
import { History } from './history.ts';
import { memberList, withAllMembers } from './member-list.ts';
import type { People } from './people.ts';
import { OpenThread } from './open-thread.ts';
import { Passage, type Landing } from './passage.ts';
import { Pins } from './pins.ts';
import { Quotes } from './quotes.ts';
import { peopleIn } from './shown-message.ts';
import { timelineBuilder } from './timeline.ts';

/** What an open conversation is made of. */
export type ConversationParts = {
  me: string;
  keeper: RecordKeeper;
  /** The records as a member reads them. */
  records: Live<ConversationRecords>;
  gate: EncryptionGate;
  outbox: Outbox;
  uploads: Uploads;
  progress: ProgressOf;
  items: Live<ReadonlyMap<string, readonly OutboxItem[]>>;
  online: Live<boolean>;
  people: People;
  typing: TypingHub;
  receipts: ReceiptSender;
  personal: {
    drafts: OwnDrafts;
    hidden: Live<HiddenMessages>;
    hide(conversationId: string, seq: number, hidden: boolean): void;
  };
  backend: Backend;
  surroundings: Surroundings;
  summaryOf: (conversationId: string) => Live<ConversationSummary | null>;
  /** Resolves when what the server was just told is in the record. */
  synced: () => Promise<unknown>;
  permissions: Live<Permissions>;
  /** A message as the server has just told it. */
  learn: (message: MessageRow) => void;
  log: Log;
};

const NOTHING: ReadonlySet<Permission> = new Set();
/** What a text is sent with. */
type Beside = { replyTo: number | null; threadSeq?: number; preview?: LinkPreview | undefined };

const NO_MESSAGES: Timeline['messages'] = [];
const NO_ITEMS: readonly OutboxItem[] = [];
const NOBODY: ConversationRecord['members'] = new Map();

/** A conversation on screen, whoever looks at it: all views of it are this one. */
export class OpenConversation implements Omit<ConversationView, 'close'> {
  readonly id: string;
  readonly summary: Live<ConversationSummary | null>;
  readonly timeline: Live<Timeline>;
  readonly quoted: ConversationView['quoted'];
  readonly pins: ConversationView['pins'];
  readonly may: ConversationView['may'];
  readonly members: Live<readonly Member[]>;
  readonly typing: ConversationView['typing'];
  readonly lost = new LiveValue(false);
  readonly here = new LiveValue<ReadonlySet<string>>(new Set());
  #parts: ConversationParts;
  #history: History;
  #passage: Passage;
  #pins: Pins;
  #quotes: Quotes;
  #thread: (seq: number) => OpenThread;
  #threads = new Set<OpenThread>();
  #seen = new WeakSet<MessageRow>();
  #readSeqAtOpen = new LiveValue<number | null>(null);
  /** What it begins with is there: until then it counts as not loaded. 'leading': it is asked for, and nothing else is shown. */
  #beginning = new LiveValue<'waiting' | 'leading' | 'done'>('waiting');
  #visibleSeq = 0;
  /** The number of members that were asked for; asked again when there are others. */
  #membersAsked = '';

  constructor(id: string, parts: ConversationParts) {
    const { me, keeper, records, gate, items, people, online, backend, typing } = parts;
    this.id = id;
    this.#parts = parts;
    this.#history = new History(id, keeper, backend);
    this.summary = parts.summaryOf(id);

    const record = derive([records], (all) => all.get(id));
    const stored = derive([keeper.records], (all) => all.get(id));
    const build = timelineBuilder(me, parts.progress);
    const own = derive([items], (all) => all.get(id) ?? NO_ITEMS);
    this.#passage = new Passage(id, me, keeper, backend);
    const open = { changes: gate.changes, rows: (rows: readonly MessageRow[]) => gate.rows(id, rows) };
    const excerpt = derive([record, this.#passage.state, gate.changes], (known, passage) =>
      passage ? passageExcerpt(open.rows(this.#passage.upToDate(passage))) : mainExcerpt(known?.window.messages ?? [])
    );
    const all = derive([record, excerpt, own, people.all, online], build);
    const hidden = derive([parts.personal.hidden], (byId) => byId.get(id));
    const messages = derive([all, hidden], withoutHidden);
    this.timeline = derive(
      [record, messages, this.#history.state, this.#passage.state, this.#readSeqAtOpen, this.#beginning],
      (known, list, state, passage, readSeqAtOpen, beginning) => ({
        messages: beginning === 'leading' ? NO_MESSAGES : list,
        hasOlder: passage ? (passage.rows[0]?.seq ?? 1) > 1 : known ? hasOlder(known.window) : false,
        ...state,
        ...(passage && { loadingOlder: passage.loadingOlder, error: passage.error }),
        loaded: state.loaded && beginning === 'done',
        hasNewer: passage !== null,
        readSeqAtOpen: readSeqAtOpen ?? 0
      })
    );
    const found = { me, conversationId: id, record: stored, open, people: people.all, backend, log: parts.log };
    this.#pins = new Pins(found);
    this.pins = this.#pins.messages;
    this.#quotes = new Quotes(found);
    this.quoted = this.#quotes.messages;
    this.#thread = (seq) => new OpenThread(seq, { ...found, own, hidden, online, progress: parts.progress });
    this.may = derive([record, parts.permissions], (known, allowed) =>
      known ? (allowed.get(`${known.header.kind} ${known.role}`) ?? NOTHING) : NOTHING
    );
    // Not of the whole record: a crowd need not be sorted again for every message.
    const members = derive([record], (known) => known?.members ?? NOBODY);
    const watermarks = derive([record], (known) => (known?.membersKnown ? known.watermarks : null));
    this.members = derive([members, watermarks, people.all], memberList);
    const typists = derive([typing.typing], (all) => all.get(id));
    this.typing = derive([typists, people.all], (ids, directory) => (ids ?? []).flatMap((userId) => directory.get(userId) ?? []));
    this.#history.state.subscribe(() => this.#begin());
    this.refresh();
  }

  /** The record may have changed. */
  refresh(): void {
    const { keeper, me } = this.#parts;
    const record = keeper.get(this.id);
    if (!record) return;
    this.lost.set(false);
    if (this.#readSeqAtOpen.current === null) this.#readSeqAtOpen.set(ownMark(record, me).read_seq);
    this.#history.fill();
    this.#needMembers(record);
    this.#look(record.window.messages);
    this.#passage.refresh();
    this.#pins.refresh();
    for (const thread of this.#threads) thread.refresh();
  }

  /** The connection or the page is back: what failed is tried again, what was on screen meanwhile is read. */
  retryLoading(): void {
    this.#membersAsked = '';
    this.#history.retry();
    this.#pins.retry();
    for (const thread of this.#threads) thread.retry();
    this.refresh();
  }

  loadOlder(): Promise<void> {
    return this.#passage.state.current ? this.#passage.older() : this.#history.older();
  }

  loadNewer(): Promise<void> {
    return this.#passage.newer();
  }

  toEnd(): void {
    this.#passage.leave();
  }

  async jump(seq: number): Promise<Landing> {
    const landing = await this.#passage.jump(seq);
    this.#look(this.#passage.state.current?.rows ?? []);
    return landing;
  }

  openThread(seq: number): Thread {
    const thread = this.#thread(seq);
    this.#threads.add(thread);
    const release = thread.timeline.subscribe(() => this.#look(thread.rows.current));
    return {
      root: thread.root,
      timeline: thread.timeline,
      loadOlder: () => thread.loadOlder(),
      send: (content, preview) => this.#send(content, { replyTo: null, threadSeq: seq, preview }),
      sendFiles: (content, files, { replyTo = null } = {}) => this.#sendFiles(content, files, replyTo, seq),
      reply: (replyTo, content, preview) => this.#send(content, { replyTo, threadSeq: seq, preview }),
      close: () => {
        release();
        this.#threads.delete(thread);
      }
    };
  }

  send(content: string, preview?: LinkPreview): string {
    return this.#send(content, { replyTo: null, preview });
  }

  reply(seq: number, content: string, preview?: LinkPreview): string {
    return this.#send(content, { replyTo: seq, preview });
  }

  ask(question: string, poll: NewPoll): string {
    const { closesAt, ...settings } = poll;
    const options = [...poll.options];
    const action = { type: 'poll' as const, ...settings, options, closesAt: closesAt?.toISOString() ?? null };
    return this.#parts.outbox.add(this.id, question, action);
  }

  vote(seq: number, options: readonly number[]): void {
    this.#parts.outbox.add(this.id, '', { type: 'vote', seq, options: [...options] });
  }

  pin(seq: number, on: boolean): void {
    this.#parts.outbox.add(this.id, '', { type: 'pin', seq, on });
  }

  async closePoll(seq: number): Promise<void> {
    this.#parts.learn(await this.#parts.backend.closePoll(this.id, seq));
  }

  async forward(seq: number, to: readonly string[], id: string): Promise<void> {
    for (const message of await this.#parts.backend.forward(this.id, seq, to, id)) this.#parts.learn(message);
  }

  async sendFiles(
    content: string,
    files: readonly LocalFile[],
    { replyTo = null }: { replyTo?: number | null } = {}
  ): Promise<string> {
    return this.#sendFiles(content, files, replyTo);
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
    const { outbox, uploads, personal } = this.#parts;
    const entry = outbox.items.current.find((item) => item.entry.id === messageId)?.entry;
    const content = outbox.discard(messageId);
    if (entry && content !== null) void uploads.discard(entry);
    if (content !== null) personal.drafts.discarded(messageId);
    return content;
  }

  hide(seq: number, hidden = true): void {
    this.#parts.personal.hide(this.id, seq, hidden);
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
    await this.#parts.gate.rename(this.id, title, () => this.#parts.backend.rename(this.id, title));
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

  /** Where there is more unread than a page, it begins with the first of that. */
  #begin(): void {
    const { keeper, log } = this.#parts;
    const record = keeper.get(this.id);
    if (this.#beginning.current !== 'waiting' || !record || !this.#history.state.current.loaded) return;
    const first = (this.#readSeqAtOpen.current ?? 0) + 1;
    if (record.unread === 0 || oldest(record.window) <= first) return this.#beginning.set('done');
    this.#beginning.set('leading');
    this.jump(first)
      .catch((error: unknown) => log('unread_unavailable', error))
      .finally(() => this.#beginning.set('done'));
  }

  #send(content: string, { replyTo, threadSeq, preview }: Beside, kept?: KeptFiles): string {
    const { typing, outbox, personal } = this.#parts;
    typing.ended(this.id);
    const action = {
      type: 'send' as const,
      replyTo,
      ...(threadSeq !== undefined && { threadSeq }),
      ...(preview && { preview })
    };
    return outbox.add(this.id, content, action, kept ?? personal.drafts.becomes(this.id, threadSeq));
  }

  async #sendFiles(content: string, files: readonly LocalFile[], replyTo: number | null, threadSeq?: number): Promise<string> {
    return this.#send(content, { replyTo, threadSeq }, await this.#parts.uploads.keep(files));
  }

  /** Learns who is named in rows that were not there before, and what they answer. */
  #look(rows: readonly MessageRow[]): void {
    const fresh = rows.filter((row) => !this.#seen.has(row));
    if (fresh.length === 0) return;
    for (const row of fresh) this.#seen.add(row);
    this.#parts.people.need(fresh.flatMap(peopleIn));
    this.#quotes.needFor(fresh);
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
