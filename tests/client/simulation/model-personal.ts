/** What is one's own in the model of the database: settings of conversations, hidden messages and blocks. */
import type { PersonalBackend } from '../../../web/lib/chat/personal/personal-backend.ts';
import type { Asked, SettingsChange } from '../../../web/lib/chat/personal/wish.ts';
import type { PersonalAnswer, PersonalChange, SettingsRow } from '../../../web/lib/chat/wire/personal.ts';
import { notPlayed } from './server.ts';

type Row = Record<string, unknown>;
type Own = { revision: number; changes: ReadonlyMap<string, PersonalChange> };

export type ModelPersonalOptions = {
  now: () => number;
  /** On which page of sync() how many rows are. */
  page: number;
  tell: (userId: string, change: PersonalChange) => void;
  /** The numbers of a conversation; refuses for whoever is not in it. */
  countsOf: (userId: string, conversationId: string) => { lastSeq: number; quietCount: number };
  markRead: (userId: string, conversationId: string, seq: number) => void;
};

const NOTHING: Own = { revision: 0, changes: new Map() };

export class ModelPersonal {
  #options: ModelPersonalOptions;
  #all = new Map<string, Own>();

  constructor(options: ModelPersonalOptions) {
    this.#options = options;
  }

  backend(me: string): PersonalBackend {
    const block = (other: string, lifted_at: string | null) => {
      const before = this.#row(me, 'blocks', other);
      if (before ? before.lifted_at === lifted_at : lifted_at) return;
      this.#put(me, 'blocks', other, { blocked_id: other, created_at: this.#at, lifted_at });
    };
    return {
      grant: async (asked) => this.#grant(me, asked),
      categories: async () => [],
      block: async (other) => block(other, null),
      unblock: async (other) => block(other, this.#at),
      schedule: () => notPlayed('schedule'),
      editScheduled: () => notPlayed('editScheduled'),
      cancelScheduled: () => notPlayed('cancelScheduled'),
      sendScheduled: () => notPlayed('sendScheduled')
    };
  }

  /** The personal part of sync(). */
  since(me: string, cursor: number): PersonalAnswer {
    const { revision } = this.#own(me);
    const changed = this.#changes(me).filter((change) => change.revision > cursor);
    const rows = changed.slice(0, this.#options.page);
    const more = changed.length > rows.length;
    return { rows, cursor: more ? rows.at(-1)!.revision : revision, more };
  }

  /** The rows of a table. */
  rows(me: string, table: string): readonly Row[] {
    return this.#changes(me).flatMap((change) => (change.table === table ? [change.row] : []));
  }

  isHidden(me: string, conversationId: string, seq: number): boolean {
    return this.#row(me, 'hidden_messages', `${conversationId}/${seq}`)?.is_hidden === true;
  }

  /** So far has been read: that takes a mark away. */
  read(me: string, conversationId: string, seq: number): void {
    const row = this.#settings(me, conversationId);
    if (row.unread_from !== null && row.unread_from <= seq) this.#keep(me, row, { ...row, unread_from: null });
  }

  get #at(): string {
    return new Date(this.#options.now()).toISOString();
  }

  #own(me: string): Own {
    return this.#all.get(me) ?? NOTHING;
  }

  /** In the order of revisions. */
  #changes(me: string): PersonalChange[] {
    return [...this.#own(me).changes.values()].toSorted((a, b) => a.revision - b.revision);
  }

  #row(me: string, table: string, key: string): Row | undefined {
    return this.#own(me).changes.get(`${table} ${key}`)?.row;
  }

  #put(me: string, table: string, key: string, row: Row): PersonalChange {
    const { revision: before, changes } = this.#own(me);
    const revision = before + 1;
    const change = { revision, table, row: { ...row, revision } };
    this.#all.set(me, { revision, changes: new Map(changes).set(`${table} ${key}`, change) });
    this.#options.tell(me, change);
    return change;
  }

  #grant(me: string, asked: Asked): PersonalChange | null {
    switch (asked.type) {
      case 'settings': {
        const before = this.#settings(me, asked.conversationId);
        const counts = this.#options.countsOf(me, asked.conversationId);
        return this.#keep(me, before, this.#changed(before, asked.change, counts));
      }
      case 'unread': {
        this.#options.countsOf(me, asked.conversationId);
        const before = this.#settings(me, asked.conversationId);
        return this.#keep(me, before, { ...before, unread_from: asked.seq });
      }
      case 'read':
        this.#options.markRead(me, asked.conversationId, asked.seq);
        return null;
      case 'hide':
        this.#options.countsOf(me, asked.conversationId);
        for (const seq of asked.seqs) this.#hide(me, asked.conversationId, seq, asked.hidden);
        return null;
      default:
        return notPlayed(asked.type);
    }
  }

  #settings(me: string, conversationId: string): SettingsRow {
    const untouched: SettingsRow = {
      revision: 0,
      conversation_id: conversationId,
      notify_level: 'all',
      muted_until: null,
      pinned_at: null,
      archived_seq: null,
      archived_quiet_count: null,
      unread_from: null
    };
    return (this.#row(me, 'conversation_settings', conversationId) as SettingsRow | undefined) ?? untouched;
  }

  #changed(
    before: SettingsRow,
    { level, mutedUntil, archived, pinned }: SettingsChange,
    counts: { lastSeq: number; quietCount: number }
  ): SettingsRow {
    const isArchived =
      before.archived_seq !== null &&
      (before.notify_level === 'nothing' ||
        before.muted_until !== null ||
        counts.lastSeq - before.archived_seq <= counts.quietCount - before.archived_quiet_count!);
    return {
      ...before,
      ...(level && { notify_level: level }),
      ...(mutedUntil !== undefined && { muted_until: mutedUntil }),
      ...(archived && !isArchived && { archived_seq: counts.lastSeq, archived_quiet_count: counts.quietCount }),
      ...(archived === false && { archived_seq: null, archived_quiet_count: null }),
      ...(pinned !== undefined && { pinned_at: pinned ? (before.pinned_at ?? this.#at) : null })
    };
  }

  #keep(me: string, before: SettingsRow, after: SettingsRow): PersonalChange {
    const table = 'conversation_settings';
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    return isSame ? { revision: before.revision, table, row: before } : this.#put(me, table, after.conversation_id, after);
  }

  #hide(me: string, conversationId: string, seq: number, is_hidden: boolean): void {
    if (this.isHidden(me, conversationId, seq) === is_hidden) return;
    this.#put(me, 'hidden_messages', `${conversationId}/${seq}`, { conversation_id: conversationId, seq, is_hidden });
  }
}
