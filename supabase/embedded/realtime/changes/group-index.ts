/**
 * The groups of one table, found by a row's values: of thousands who each listen to a room or a person of their own
 * (`room=eq.7`), only those come into question whose value it is.
 */
import type { Group } from './audience.ts';
import type { Row } from './change.ts';
import { isToldByText, type TableFilter } from './compare.ts';

export class GroupIndex {
  /** Without a filter that says one value. */
  readonly #plain = new Set<Group>();
  readonly #byValue = new Map<string, Map<string, Set<Group>>>();

  add(group: Group): void {
    this.#placeOf(group).add(group);
  }

  remove(group: Group): void {
    const filter = keyFilter(group);
    const groups = this.#placeOf(group);
    groups.delete(group);
    if (!filter || groups.size > 0) return;
    const values = this.#byValue.get(filter.column)!;
    values.delete(filter.canonical);
    if (values.size === 0) this.#byValue.delete(filter.column);
  }

  /** All that the row may pass the filters of. */
  *find(row: Row): Iterable<Group> {
    yield* this.#plain;
    for (const [column, values] of this.#byValue) {
      const text = row[column];
      const groups = text === null || text === undefined ? undefined : values.get(text);
      if (groups) yield* groups;
    }
  }

  *all(): Iterable<Group> {
    yield* this.#plain;
    for (const values of this.#byValue.values()) for (const groups of values.values()) yield* groups;
  }

  #placeOf(group: Group): Set<Group> {
    const filter = keyFilter(group);
    if (!filter) return this.#plain;
    let values = this.#byValue.get(filter.column);
    if (!values) this.#byValue.set(filter.column, (values = new Map()));
    let groups = values.get(filter.canonical);
    if (!groups) values.set(filter.canonical, (groups = new Set()));
    return groups;
  }
}

/** The first filter that a single text of the column passes, and no other. */
function keyFilter({ filters }: Group): (TableFilter & { canonical: string }) | undefined {
  return filters.find(
    (filter): filter is TableFilter & { canonical: string } =>
      filter.op === 'eq' && !filter.negate && typeof filter.canonical === 'string' && isToldByText(filter.type)
  );
}
