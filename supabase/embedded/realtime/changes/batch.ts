/**
 * Some changes on their way to those who are told: which questions they raise, and with the answers who gets what. The
 * questions of a batch go out together, and everybody who would ask the same shares one: those with the same role and
 * claims, or the same role alone where the policies do not look at who it is.
 */
import { EVENT } from '../protocol/events.ts';
import { RawJson } from '../protocol/message.ts';
import { type SharedFrame, sharedPush } from '../protocol/shared-frame.ts';
import { type Audience, type Interest, type Listener, passesAll, rowForFilters, type Viewer, viewerKey } from './audience.ts';
import type { Change, Row } from './change.ts';
import type { TableFilter } from './compare.ts';
import type { Column, TableFacts } from './facts.ts';
import { askedKey, errorData, NO_PRIMARY_KEY, RenderedChange, UNAUTHORIZED } from './message.ts';
import type { Answers, Questions, RowCheck } from './questions.ts';
import { render } from './render.ts';

/** Somebody is told, if what is still open turns out so. */
interface Candidate {
  change: Change;
  facts: TableFacts;
  role: string;
  select: readonly string[] | null;
  interests: Iterable<Interest>;
  /** Instead of the row. */
  error: string | null;
  /** Filters that have to be passed, as numbers of questions. */
  filters: number[];
  /** The row has to be seen: number of the check, and of the row in it. */
  row: { check: number; index: number } | null;
}

export class Batch {
  readonly questions: Questions = { xids: [], tables: [], filters: [], values: [], checks: [] };
  readonly #candidates: Candidate[] = [];
  readonly #filters = new Map<string, number>();
  readonly #values = new Set<string>();
  readonly #checks = new Map<string, { number: number; rows: Map<string, number> }>();
  readonly #apart: boolean;

  /**
   * `facts` holds what is known of the tables; a change of a table that is not in it is left out. Rows are looked up
   * `apart` from each other after a policy failed on one of them.
   */
  constructor(changes: readonly Change[], audience: Audience, facts: ReadonlyMap<number, TableFacts>, { apart = false } = {}) {
    this.#apart = apart;
    const tables = new Set<TableFacts>();
    const xids = new Set<number>();
    for (const change of changes) {
      const known = facts.get(change.table);
      if (!known || !this.#consider(change, known, audience)) continue;
      tables.add(known);
      // Also where nobody asks for the row: the same transaction may have changed the table.
      xids.add(change.xid);
    }
    this.questions.xids = [...xids];
    for (const { oid, signature } of tables) this.questions.tables.push({ oid, signature, roles: audience.roles(oid) });
  }

  /** Whether there is nobody to tell. */
  get isEmpty(): boolean {
    return this.#candidates.length === 0;
  }

  /** Whether a policy failed on rows of which only one may be why. */
  failsTogether({ seen }: Answers): boolean {
    return this.questions.checks.some(({ keys }, number) => keys.length > 1 && typeof seen[number] === 'string');
  }

  /** Everything that is to be sent, in order. Returns how many deliveries it were. */
  deliver(answers: Answers): number {
    const asked = new Map<string, string>();
    this.questions.values.forEach(([type, text], index) => asked.set(askedKey(type, text), answers.values[index] ?? 'null'));
    const passed = this.#candidates.filter(({ filters, row }) => {
      if (filters.some((number) => !answers.filters[number])) return false;
      const seen = row && answers.seen[row.check];
      return !row || (Array.isArray(seen) && seen[row.index] === true);
    });
    let count = 0;
    for (const [change, candidates] of Map.groupBy(passed, ({ change }) => change)) {
      const rendered = new RenderedChange(change, candidates[0]!.facts, asked);
      for (const alike of Map.groupBy(candidates, viewKey).values()) {
        const { role, select, error } = alike[0]!;
        const data = error === null ? rendered.dataFor({ role, select }) : errorData(change, error);
        count += send(change, data, alike);
      }
    }
    return count;
  }

  #consider(change: Change, facts: TableFacts, audience: Audience): boolean {
    const before = this.#candidates.length;
    const row = rowForFilters(change);
    const keys = facts.columns.filter(({ isKey }) => isKey);
    const errors = new Map<string, string>();
    if (change.type !== 'DELETE') {
      for (const role of Object.keys(facts.roles)) {
        const error = errorFor(facts, role, keys);
        if (error !== null) errors.set(role, error);
      }
    }
    // As in the real server, whoever cannot be shown anything hears of it whatever the filter.
    for (const { filters, select, parties } of errors.size > 0 ? audience.all(change) : audience.concerned(change)) {
      const { verdict, unsure } = passesAll(filters, row);
      for (const { viewer, interests } of parties.values()) {
        // Whoever is the first of a role came after these changes were read.
        if (!facts.roles[viewer.role]) continue;
        const error = errors.get(viewer.role) ?? null;
        if (error === null && verdict === false) continue;
        this.#candidates.push({
          change,
          facts,
          role: viewer.role,
          select,
          interests,
          error,
          filters: error === null ? unsure.map((filter) => this.#filter(filter, row, facts)) : [],
          row:
            error === null && facts.hasPolicies && change.type !== 'DELETE'
              ? this.#row(change.record!, facts, keys, viewer)
              : null
        });
      }
    }
    const isHeard = this.#candidates.length > before;
    if (isHeard) for (const values of [change.record, change.old]) if (values) this.#askForValues(values, facts);
    return isHeard;
  }

  #filter(filter: TableFilter, row: Row, facts: TableFacts): number {
    const text = row[filter.column]!;
    // Bytes are compared as the digits that are sent, as the real server does.
    const isBytes = facts.columns.some(({ name, base }) => name === filter.column && base === BYTEA);
    const value = isBytes ? text.slice('\\x'.length) : text;
    const question: Questions['filters'][number] = [filter.op, filter.type, value, filter.value, filter.negate];
    const key = JSON.stringify(question);
    const known = this.#filters.get(key);
    if (known !== undefined) return known;
    this.#filters.set(key, this.questions.filters.length);
    return this.questions.filters.push(question) - 1;
  }

  #row(record: Row, facts: TableFacts, keys: readonly Column[], { role, claims }: Viewer): Candidate['row'] {
    const asked = facts.roles[role]?.readsClaims === false ? '' : claims;
    const values = keys.map(({ name }) => record[name] ?? '');
    const rowKey = JSON.stringify(values);
    const key = `${facts.oid} ${viewerKey({ role, claims: asked })}${this.#apart ? rowKey : ''}`;
    let check = this.#checks.get(key);
    if (!check) {
      // Whose claims they are does not matter when nothing reads them.
      const rowCheck: RowCheck = { facts, role, claims, keys: [] };
      check = { number: this.questions.checks.push(rowCheck) - 1, rows: new Map() };
      this.#checks.set(key, check);
    }
    let index = check.rows.get(rowKey);
    if (index === undefined) {
      index = this.questions.checks[check.number]!.keys.push(values) - 1;
      check.rows.set(rowKey, index);
    }
    return { check: check.number, index };
  }

  #askForValues(row: Row, facts: TableFacts): void {
    for (const column of facts.columns) {
      const text = row[column.name];
      if (text === undefined || text === null || render(column, text) !== null) continue;
      const key = askedKey(column.base, text);
      if (this.#values.has(key)) continue;
      this.#values.add(key);
      this.questions.values.push([column.base, text]);
    }
  }
}

const BYTEA = 17;

function errorFor(facts: TableFacts, role: string, keys: readonly Column[]): string | null {
  if (keys.length === 0) return NO_PRIMARY_KEY;
  return keys.every(({ name }) => facts.roles[role]?.selectable.has(name)) ? null : UNAUTHORIZED;
}

function viewKey({ role, select, error }: Candidate): string {
  return JSON.stringify([role, select, error]);
}

/** One message per listener, with all of its ids; one frame for all whose message is the same. */
function send(change: Change, data: string, candidates: readonly Candidate[]): number {
  const idsOf = new Map<Listener, number[]>();
  for (const { interests } of candidates) {
    for (const { listener, id } of interests) {
      const ids = idsOf.get(listener);
      if (ids) ids.push(id);
      else idsOf.set(listener, [id]);
    }
  }
  const frames = new Map<string, SharedFrame>();
  for (const [listener, ids] of idsOf) {
    const key = `${ids.join()} ${listener.legacy} ${listener.topic}`;
    let frame = frames.get(key);
    if (!frame) {
      frame = listener.legacy
        ? sharedPush(listener.topic, change.type, new RawJson(data))
        : sharedPush(listener.topic, EVENT.postgresChanges, new RawJson(`{"data":${data},"ids":${JSON.stringify(ids)}}`));
      frames.set(key, frame);
    }
    listener.deliver(frame);
  }
  return idsOf.size;
}
