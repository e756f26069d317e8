import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import { withOwnReactions } from '../record/own-reactions.ts';
import type { MessageRow } from '../wire/rows.ts';

export type CollectionOptions = {
  me: string;
  record: Live<ConversationRecord | undefined>;
  belongs: (row: MessageRow) => boolean;
  /** What of it is sealed, opened. */
  open: { changes: Live<unknown>; rows: (rows: readonly MessageRow[]) => readonly MessageRow[] };
  log: Log;
};

/** `asked`: the record's cursor when the oldest of them were asked for. */
type Fetched = { readonly rows: readonly MessageRow[]; readonly asked: number };

/**
 * Messages of a conversation that were asked for apart from its history (a thread, the pinned ones), whether the history has got to
 * them or not. What the record learns of them later, and of others that belong to them, is put in.
 */
export class Collection {
  /** In order. */
  readonly rows: Live<readonly MessageRow[]>;
  #options: CollectionOptions;
  #fetched = new LiveValue<Fetched>({ rows: [], asked: Infinity });

  constructor(options: CollectionOptions) {
    this.#options = options;
    const stored = derive([this.#fetched, options.record], ({ rows }, record) =>
      collected(rows, record, options.belongs, options.me)
    );
    this.rows = derive([stored, options.open.changes], (rows) => options.open.rows(rows));
  }

  /** More has changed since they were asked for than the record remembers. */
  get isStale(): boolean {
    return (this.#options.record.current?.unloaded.since ?? 0) > this.#fetched.current.asked;
  }

  /** Asks for some, and adds them to those there are. Rejects with the classes of errors.ts. */
  async add(ask: () => Promise<readonly MessageRow[]>): Promise<readonly MessageRow[]> {
    const asked = this.#options.record.current?.cursor ?? 0;
    const rows = await ask();
    const before = this.#fetched.current;
    this.#fetched.set({ rows: [...before.rows, ...rows], asked: Math.min(asked, before.asked) });
    return rows;
  }

  /** Asks for all of them anew. */
  async replace(ask: () => Promise<readonly MessageRow[]>): Promise<void> {
    const asked = this.#options.record.current?.cursor ?? 0;
    this.#fetched.set({ rows: await ask(), asked });
  }
}

function collected(
  fetched: readonly MessageRow[],
  record: ConversationRecord | undefined,
  belongs: (row: MessageRow) => boolean,
  me: string
): readonly MessageRow[] {
  const bySeq = new Map<number, MessageRow>();
  const put = (row: MessageRow) => {
    const known = bySeq.get(row.seq);
    if (!known) bySeq.set(row.seq, row);
    else if (row.revision > known.revision) bySeq.set(row.seq, withOwnReactions(row, known, me));
    else if (row.revision === known.revision && row.my_votes) bySeq.set(row.seq, row);
  };
  for (const row of fetched) put(row);
  for (const row of record?.window.messages ?? []) if (bySeq.has(row.seq) || belongs(row)) put(row);
  for (const row of record?.unloaded.rows ?? []) if (bySeq.has(row.seq) || belongs(row)) put(row);
  return [...bySeq.values()].filter(belongs).toSorted((a, b) => a.seq - b.seq);
}
