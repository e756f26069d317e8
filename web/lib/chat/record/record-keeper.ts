import { LiveValue, type Live } from '../live.ts';
import type { LiveEvent } from '../wire/events.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Cursors, SyncAnswer } from '../wire/sync.ts';
import { receiptsMark, type ConversationRecord, type ConversationRecords } from './conversation-record.ts';
import { mergeEvent, type Merged } from './merge-event.ts';
import { mergeSync } from './merge-sync.ts';
import { prepend } from './message-window.ts';
import { broughtUpToDate } from './unloaded.ts';

/** What a change was, for those who act on it: receipts, outbox, typing. */
export type RecordChange = {
  /** Conversations that are new or look different. */
  readonly changed: readonly string[];
  /** Messages that were not there before, in order. */
  readonly arrived: readonly MessageRow[];
  /** Conversations of which this person is not a member any more. */
  readonly lost: readonly string[];
};

export type RecordKeeperOptions = {
  me: string;
  /** Whether a conversation is on screen: all that it missed is fetched. */
  isOpen: (conversationId: string) => boolean;
  /** Something is missing. */
  needsSync: () => void;
  onChange: (change: RecordChange) => void;
};

/**
 * A server that is behind what it has announced itself has not made it visible yet; one that stays so over this many answers has lost
 * it, as after a restored backup, and what it says now holds.
 */
const BEHIND_MAX = 5;

/** Holds the records of all conversations. Every change of them goes through one of its merges, and nothing else writes to them. */
export class RecordKeeper {
  #options: RecordKeeperOptions;
  #records = new LiveValue<ConversationRecords>(new Map());
  #loaded = new LiveValue(false);
  /** Conversations of which events came, but which sync() has not shown yet. */
  #awaited = new Set<string>();
  /** In how many answers running a conversation was behind its record. */
  #behind = new Map<string, number>();

  constructor(options: RecordKeeperOptions) {
    this.#options = options;
  }

  get records(): Live<ConversationRecords> {
    return this.#records;
  }

  /** The whole list has been had once. */
  get loaded(): Live<boolean> {
    return this.#loaded;
  }

  get(conversationId: string): ConversationRecord | undefined {
    return this.#records.current.get(conversationId);
  }

  /** What was kept on this device, for conversations that are not known yet. */
  restore(kept: readonly ConversationRecord[]): void {
    const unknown = kept.filter((record) => !this.#records.current.has(record.header.id));
    this.#put(
      unknown.map((record) => [record.header.id, { record, arrived: [], sync: false, gone: false }]),
      []
    );
  }

  /** What sync() is to be asked with. */
  cursors(): Cursors {
    return Object.fromEntries([...this.#records.current].map(([id, record]) => [id, [record.cursor, receiptsMark(record)]]));
  }

  /** A live event, or a message that the server has just stored for us. */
  apply(event: LiveEvent): void {
    const record = this.get(event.conversation_id);
    if (record) this.#put([[event.conversation_id, mergeEvent(record, event, this.#options.me)]], []);
    // A receipt can wait for the conversation; anything else says that there is one we should know.
    else if (event.type !== 'receipt' && event.type !== 'removed' && event.type !== 'voted') {
      this.#awaited.add(event.conversation_id);
      this.#options.needsSync();
    }
  }

  /** An answer of sync(). Returns whether to ask for more: not if it brought nothing new, which would go on for ever. */
  applySync(answer: SyncAnswer): boolean {
    const { me, isOpen } = this.#options;
    const before = this.#records.current;
    // What changed in a conversation that was dropped while this was asked is of no use alone: all of it has to come.
    const orphans = answer.conversations.filter((entry) => entry.known && !before.has(entry.id));
    const behind = this.#behindIn(answer);
    const usable = answer.conversations.filter((entry) => !orphans.includes(entry) && !behind.has(entry.id));
    const merged = usable.map((entry) => [entry.id, mergeSync(before.get(entry.id), entry, me, isOpen(entry.id))] as const);
    if (orphans.length > 0 || (behind.size > 0 && this.#behind.size === 0)) this.#options.needsSync();
    this.#behind = behind;
    this.#put(merged, answer.lost);
    if (!answer.more) this.#loaded.set(true);
    return answer.more && this.#records.current !== before;
  }

  /** What another tab was answered that had asked with these cursors. Returns whether this one has come as far by it. */
  overhear(answer: SyncAnswer, asked: Cursors): boolean {
    const { me, isOpen } = this.#options;
    const usable = answer.conversations.flatMap((entry) => {
      const record = this.get(entry.id);
      const from = asked[entry.id]?.[0] ?? Infinity;
      return record && entry.known && from <= record.cursor ? [[record, entry] as const] : [];
    });
    this.#put(
      usable.map(([record, entry]) => [entry.id, mergeSync(record, entry, me, isOpen(entry.id))]),
      []
    );
    return !answer.more && this.#isAsFarAs(answer, asked);
  }

  /** Whether nothing is missing of what somebody has who asked with these cursors and was answered this. */
  #isAsFarAs({ conversations, lost }: SyncAnswer, asked: Cursors): boolean {
    const own = this.cursors();
    // What was asked about and is not in the answer has not changed since.
    const theirs: Cursors = {
      ...asked,
      ...Object.fromEntries(conversations.map(({ id, revision, receipts_mark }) => [id, [revision, receipts_mark]]))
    };
    for (const id of lost) delete theirs[id];
    return [...new Set([...Object.keys(own), ...Object.keys(theirs)])].every((id) => {
      const [mine, there] = [own[id], theirs[id]];
      return mine !== undefined && there !== undefined && mine[0] >= there[0] && mine[1] >= there[1];
    });
  }

  /** Events have told of what the record does not have yet. */
  isUnsettled(): boolean {
    return (
      this.#awaited.size + this.#behind.size > 0 || [...this.#records.current.values()].some((record) => record.held.length > 0)
    );
  }

  /** Forgets events that nothing followed on. */
  giveUp(): void {
    this.#awaited.clear();
    this.#behind.clear();
    const holding = [...this.#records.current].filter(([, record]) => record.held.length > 0);
    this.#put(
      holding.map(([id, record]) => [id, { record: { ...record, held: [] }, arrived: [], sync: false, gone: false }]),
      []
    );
  }

  /**
   * A page of history, newest first, that was asked for when the record's cursor was `asked`. False, and nothing is changed, when the
   * page may be older than what is known: it has to be asked for again.
   */
  applyHistory(conversationId: string, page: readonly MessageRow[], asked: number): boolean {
    const record = this.get(conversationId);
    if (!record) return true;
    if (record.unloaded.since > asked) return false;
    const window = prepend(record.window, broughtUpToDate(page, record.unloaded, this.#options.me));
    this.#put([[conversationId, { record: { ...record, window }, arrived: [], sync: false, gone: false }]], []);
    return true;
  }

  /** Changes what is not under revisions: watermarks, members asked for. */
  update(conversationId: string, change: (record: ConversationRecord) => ConversationRecord): void {
    const record = this.get(conversationId);
    if (record) this.#put([[conversationId, { record: change(record), arrived: [], sync: false, gone: false }]], []);
  }

  /** This person has left it. */
  forget(conversationId: string): void {
    this.#put([], [conversationId]);
  }

  /** Conversations that the server does not know as far as we do, and for how many answers now. */
  #behindIn({ conversations }: SyncAnswer): Map<string, number> {
    const behind = conversations.filter((entry) => !entry.known && entry.revision < (this.get(entry.id)?.cursor ?? 0));
    const counted = behind.map(({ id }): [string, number] => [id, (this.#behind.get(id) ?? 0) + 1]);
    return new Map(counted.filter(([, answers]) => answers < BEHIND_MAX));
  }

  #put(merged: Iterable<readonly [string, Merged]>, gone: readonly string[]): void {
    const records = new Map(this.#records.current);
    const changed: string[] = [];
    const arrived: MessageRow[] = [];
    const lost = gone.filter((id) => records.delete(id));
    let sync = false;
    for (const [id, result] of merged) {
      sync ||= result.sync;
      arrived.push(...result.arrived);
      if (result.gone) {
        if (records.delete(id)) lost.push(id);
      } else if (records.get(id) !== result.record) {
        this.#awaited.delete(id);
        records.set(id, result.record);
        changed.push(id);
      }
    }
    if (changed.length + lost.length > 0) {
      this.#records.set(records);
      this.#options.onChange({ changed, arrived, lost });
    }
    if (sync) this.#options.needsSync();
  }
}
