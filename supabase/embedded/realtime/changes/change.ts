/** What happened to a row, made of what the stream says. */
import type { Pgoutput } from 'pg-logical-replication';

/** Values as text. A large value that an update left alone, and that the old row does not have either, is undefined. */
export type Row = Readonly<Record<string, string | null | undefined>>;

export interface Change {
  type: 'INSERT' | 'UPDATE' | 'DELETE';
  /** Number, schema and name of the table, at the time. */
  table: number;
  schema: string;
  name: string;
  /** Null for a delete. */
  record: Row | null;
  /** What the replica identity says of the row before; null for an insert. */
  old: Row | null;
  /** Of the commit. */
  time: Date;
  /** Of the transaction, its 32 lower bits. */
  xid: number;
}

/** Reads one transaction after the other. */
export class ChangeReader {
  #time = new Date(0);
  #xid = 0;

  /** The change that the message is; null for any other. A truncate is none: the real server tells nobody. */
  read(message: Pgoutput.Message): Change | null {
    switch (message.tag) {
      case 'begin':
        this.#time = new Date(Number((message.commitTime as bigint) / 1000n));
        this.#xid = message.xid >>> 0;
        return null;
      case 'insert':
        return this.#change('INSERT', message.relation, message.new, null);
      case 'update':
        return this.#change('UPDATE', message.relation, message.new, message.old ?? oldKey(message));
      case 'delete':
        return this.#change('DELETE', message.relation, null, message.old ?? withoutGaps(message.key ?? {}));
      default:
        return null;
    }
  }

  #change(
    type: Change['type'],
    { relationOid, schema, name }: Pgoutput.MessageRelation,
    record: Row | null,
    old: Row | null
  ): Change {
    return { type, table: relationOid >>> 0, schema, name, record, old, time: this.#time, xid: this.#xid };
  }
}

/** Where an update left the key alone the stream is silent about it, and it is that of the new row. */
function oldKey({ key, relation, new: record }: Pgoutput.MessageUpdate): Row {
  return withoutGaps(key ?? Object.fromEntries(relation.keyColumns.map((name) => [name, record[name] as string | null])));
}

function withoutGaps(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
