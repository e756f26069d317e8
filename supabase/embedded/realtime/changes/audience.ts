/** Who listens to which table, grouped so that what many ask for alike is decided once. */
import type { SharedFrame } from '../protocol/shared-frame.ts';
import type { Change, Row } from './change.ts';
import { passes, type TableFilter, type Verdict } from './compare.ts';
import type { EventFilter } from './entry.ts';
import { GroupIndex } from './group-index.ts';

/** Under whose rights rows are shown. Two with the same role and claims see the same. */
export interface Viewer {
  role: string;
  /** JSON text of the token's claims. */
  claims: string;
}

/** A channel that is told of changes. */
export interface Listener {
  /** On the wire. */
  topic: string;
  /** Changes come as events of their own name, as before 2022. */
  legacy: boolean;
  deliver(frame: SharedFrame): void;
}

/** An entry of a listener, on one table. */
export interface Interest {
  listener: Listener;
  /** By which the listener knows it. */
  id: number;
  viewer: Viewer;
  table: number;
  event: EventFilter;
  filters: readonly TableFilter[];
  select: readonly string[] | null;
}

/** Interests that differ in nothing but who has them. */
export interface Group {
  event: EventFilter;
  filters: readonly TableFilter[];
  select: readonly string[] | null;
  parties: Map<string, Party>;
}

/** Of a group, those with the same rights. */
export interface Party {
  viewer: Viewer;
  interests: Set<Interest>;
}

/** What is listened to of one table. */
interface TableAudience {
  groups: Map<string, Group>;
  index: GroupIndex;
  /** How many interests are of each role. */
  roles: Map<string, number>;
}

export class Audience {
  readonly #tables = new Map<number, TableAudience>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(interest: Interest): void {
    const { table, event, filters, select, viewer } = interest;
    const { groups, index, roles } = getOrMake(this.#tables, table, () => ({
      groups: new Map<string, Group>(),
      index: new GroupIndex(),
      roles: new Map<string, number>()
    }));
    const group = getOrMake(groups, keyOf(interest), () => {
      const made = { event, filters, select, parties: new Map<string, Party>() };
      index.add(made);
      return made;
    });
    getOrMake(group.parties, viewerKey(viewer), () => ({ viewer, interests: new Set() })).interests.add(interest);
    roles.set(viewer.role, (roles.get(viewer.role) ?? 0) + 1);
    this.#size += 1;
  }

  remove(interest: Interest): void {
    const table = this.#tables.get(interest.table);
    const group = table?.groups.get(keyOf(interest));
    const party = group?.parties.get(viewerKey(interest.viewer));
    if (!table || !group || !party?.interests.delete(interest)) return;
    this.#size -= 1;
    const { role } = interest.viewer;
    const ofRole = table.roles.get(role)! - 1;
    if (ofRole > 0) table.roles.set(role, ofRole);
    else table.roles.delete(role);
    if (party.interests.size === 0) group.parties.delete(viewerKey(interest.viewer));
    if (group.parties.size === 0) {
      table.groups.delete(keyOf(interest));
      table.index.remove(group);
    }
    if (table.groups.size === 0) this.#tables.delete(interest.table);
  }

  /** Whether anybody listens to the table. */
  hears(table: number): boolean {
    return this.#tables.has(table);
  }

  /** Those who listen to such a change, whatever the row. */
  *all({ table, type }: Change): Iterable<Group> {
    for (const group of this.#tables.get(table)?.index.all() ?? []) if (isOf(group, type)) yield group;
  }

  /** Of those, the ones whose filters the row may pass. */
  *concerned(change: Change): Iterable<Group> {
    const row = rowForFilters(change);
    for (const group of this.#tables.get(change.table)?.index.find(row) ?? []) if (isOf(group, change.type)) yield group;
  }

  /** Roles that listen to a table. */
  roles(table: number): string[] {
    return [...(this.#tables.get(table)?.roles.keys() ?? [])].sort();
  }
}

function isOf({ event }: Group, type: Change['type']): boolean {
  return event === '*' || event === type;
}

/** Filters see the new row; of a delete what is left of the old one. */
export function rowForFilters({ record, old }: Change): Row {
  return record ?? old ?? {};
}

/** Whether the row passes all filters. To ask means that those given in `unsure` decide. */
export function passesAll(filters: readonly TableFilter[], row: Row): { verdict: Verdict; unsure: TableFilter[] } {
  const unsure: TableFilter[] = [];
  for (const filter of filters) {
    const verdict = passes(filter, row[filter.column]);
    if (verdict === false) return { verdict: false, unsure: [] };
    if (verdict === 'ask') unsure.push(filter);
  }
  return { verdict: unsure.length > 0 ? 'ask' : true, unsure };
}

export function viewerKey({ role, claims }: Viewer): string {
  return `${role} ${claims}`;
}

function keyOf({ event, filters, select }: Interest): string {
  return JSON.stringify([event, filters, select]);
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
