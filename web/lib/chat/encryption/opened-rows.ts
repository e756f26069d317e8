import { inOrder, type Place, type SeenOrder } from '../../e2ee/index.ts';
import type { ConversationRecord } from '../record/conversation-record.ts';
import type { ConversationHeader, MessageRow, PreviewRow } from '../wire/rows.ts';
import type { ClosedReason, Opened, Opener } from './opener.ts';
import { SeenEdits } from './seen-edits.ts';
import { isElsewhere, NOTHING_SIGNED, signedParts } from './signed-parts.ts';

/** A row that was opened, or why it cannot be read. */
export type OpenedRow<Row> = Row & { opened?: true; closed?: ClosedReason };

type AnyRow = MessageRow | PreviewRow;

const MISPLACED = { closed: 'misplaced' } as const;

/** Rows of encrypted conversations as their members read them. What is not sealed stays the same object. */
export class OpenedRows {
  #me: string;
  #opener: Opener;
  #onOpened: ((rows: readonly OpenedRow<MessageRow>[]) => void) | undefined;
  /** The first message that is known to be sealed, by conversation. */
  #since = new Map<string, number>();
  #edits = new SeenEdits();
  #made = new WeakMap<object, { parts: readonly unknown[]; row: object }>();

  constructor(me: string, opener: Opener, onOpened?: (rows: readonly OpenedRow<MessageRow>[]) => void) {
    this.#me = me;
    this.#onOpened = onOpened;
    this.#opener = opener;
  }

  /** In the order of their numbers. */
  rows<Row extends AnyRow>(conversationId: string, rows: readonly Row[]): readonly Row[] {
    const read = this.#read(conversationId, rows);
    this.#onOpened?.(read.filter((row): row is OpenedRow<Row & MessageRow> => 'conversation_id' in row));
    return read;
  }

  #read<Row extends AnyRow>(conversationId: string, rows: readonly Row[]): OpenedRow<Row>[] {
    let seen: SeenOrder = new Map();
    return rows.map((row) => {
      const opened = this.row(conversationId, row);
      const { envelope } = row;
      this.#noteBeginning(conversationId, row, 'opened' in opened && envelope != null);
      if (!envelope && this.#isUnsealed(conversationId, row))
        return this.#keep(row, ['unsealed'], () => this.#closed(row, 'unsealed'));
      const said = this.#said(conversationId, row);
      if (!envelope || !said || !('content' in said)) return opened;
      try {
        seen = inOrder(seen, envelope, row.seq);
        return opened;
      } catch {
        return this.#keep(opened, ['misplaced'], () => this.#closed(opened, 'misplaced'));
      }
    });
  }

  row<Row extends AnyRow>(conversationId: string, row: Row): OpenedRow<Row> {
    const { envelope, edit_envelope: edit, sender_id: senderId } = row;
    if (row.deleted_at !== null) return row;
    const reactions = 'sealed_reactions' in row ? row.sealed_reactions : null;
    if (!envelope && !edit && !reactions?.length) {
      const isLong = 'is_encrypted' in row && row.is_encrypted;
      return isLong ? this.#keep(row, ['long'], () => ({ ...row, closed: 'waiting' })) : row;
    }
    const place = { conversationId, messageId: row.id, senderId: senderId ?? '' };
    const said = this.#said(conversationId, row);
    const edited = edit ? this.#opener.get({ ...place, kind: 'edit' }, edit) : null;
    const given = (reactions ?? []).map(({ user_id, envelope: reaction }) =>
      this.#opener.get({ ...place, kind: 'reaction', senderId: user_id }, reaction)
    );
    return this.#keep(row, [said, edited, ...given], () => {
      const newest = this.#newest(row, said, edited);
      const opened: OpenedRow<AnyRow> = {
        ...row,
        ...(envelope && signedParts(row, said)),
        ...(newest &&
          ('content' in newest
            ? { content: newest.content.text, opened: true as const }
            : { content: '', closed: newest.closed }))
      };
      return (reactions?.length ? { ...opened, ...this.#reactions(row as MessageRow, given) } : opened) as OpenedRow<Row>;
    });
  }

  /** What a message said first. */
  #said(conversationId: string, { id, sender_id, envelope }: AnyRow): Opened<'message'> | null {
    const place = { conversationId, messageId: id, senderId: sender_id ?? '', kind: 'message' as const };
    return envelope ? this.#opener.get(place, envelope) : null;
  }

  /** What counts of a message: its newest edit, if all of it is as it was made. */
  #newest(row: AnyRow, said: Opened<'message'> | null, edited: Opened<'edit'> | null): Opened<'message' | 'edit'> | null {
    // The key of a first version may be missing where that of the edit is here.
    if (said && 'closed' in said && said.closed !== 'no_key') return said;
    if (said && 'content' in said && isElsewhere(row, said.content)) return MISPLACED;
    return this.#edits.isTakenBack(row, edited !== null && 'content' in edited) ? MISPLACED : (edited ?? said);
  }

  /** With the name that its members have given it. */
  header(header: ConversationHeader): ConversationHeader {
    if (!header.about) return header;
    const opened = this.#opener.get(placeOfAbout(header, header.about.senderId), header.about);
    return this.#keep(header, [opened], () =>
      'content' in opened
        ? { ...header, title: opened.content.title, description: opened.content.description ?? null }
        : { ...header, title: '' }
    );
  }

  record(record: ConversationRecord): ConversationRecord {
    if (!record.header.is_encrypted) return record;
    const { id } = record.header;
    const header = this.header(record.header);
    const messages = this.rows(id, record.window.messages);
    const preview = record.preview && this.rows(id, [record.preview])[0]!;
    return this.#keep(record, [header, preview, ...messages], () => ({
      ...record,
      header,
      preview,
      window: { ...record.window, messages }
    }));
  }

  /** Emoji by the ids of the sealed reactions that this person has given. */
  async own(conversationId: string, row: MessageRow): Promise<ReadonlyMap<string, string>> {
    const mine = (row.sealed_reactions ?? []).filter(({ user_id }) => user_id === this.#me);
    const place = { conversationId, messageId: row.id, kind: 'reaction' as const, senderId: this.#me };
    const opened = mine.map(async ({ id, envelope }) => [id, await this.#opener.whenKnown(place, envelope)] as const);
    return new Map(
      (await Promise.all(opened)).flatMap(([id, one]) => ('content' in one ? [[id, one.content.emoji] as const] : []))
    );
  }

  /** From the first message on that was sealed, all are. */
  #noteBeginning(conversationId: string, { seq, system }: AnyRow, isSealed: boolean): void {
    if (!isSealed && system?.code !== 'encryption_turned_on') return;
    this.#since.set(conversationId, Math.min(seq, this.#since.get(conversationId) ?? Infinity));
  }

  /** Words that nobody has signed, after that: the server's own. */
  #isUnsealed(conversationId: string, row: AnyRow): boolean {
    const { seq, system, kind, deleted_at } = row;
    const isOld = seq <= (this.#since.get(conversationId) ?? Infinity);
    const isLong = 'is_encrypted' in row && row.is_encrypted === true && row.content === '';
    return !isOld && !isLong && !system && deleted_at === null && kind !== 'withheld';
  }

  /** Those of before the turning on, and the sealed ones; who has given the same twice counts once. */
  #reactions(row: MessageRow, given: readonly Opened<'reaction'>[]): Pick<MessageRow, 'reactions' | 'my_reactions'> {
    const reactions = row.envelope ? {} : { ...row.reactions };
    const mine = new Set(row.envelope ? [] : row.my_reactions);
    row.sealed_reactions?.forEach(({ user_id, at }, n) => {
      const one = given[n]!;
      if (!('content' in one)) return;
      const { emoji } = one.content;
      const before = reactions[emoji] ?? { count: 0, user_ids: [], since: at };
      if (before.user_ids.includes(user_id)) return;
      reactions[emoji] = { ...before, count: before.count + 1, user_ids: [...before.user_ids, user_id] };
      if (user_id === this.#me) mine.add(emoji);
    });
    return { reactions, my_reactions: [...mine] };
  }

  #closed<Row extends AnyRow>({ opened: _, ...row }: OpenedRow<Row>, closed: ClosedReason): OpenedRow<Row> {
    return { ...row, ...NOTHING_SIGNED, content: '', closed } as unknown as OpenedRow<Row>;
  }

  /** The same object as long as it is made of the same. */
  #keep<Made extends object>(from: object, parts: readonly unknown[], make: () => Made): Made {
    const before = this.#made.get(from);
    if (before && before.parts.length === parts.length && parts.every((part, n) => part === before.parts[n]))
      return before.row as Made;
    const row = make();
    this.#made.set(from, { parts, row });
    return row;
  }
}

export const placeOfAbout = ({ id }: Pick<ConversationHeader, 'id'>, senderId: string): Place & { kind: 'about' } => ({
  conversationId: id,
  messageId: id,
  kind: 'about',
  senderId
});
