import type { PersonalChange } from '../wire/personal.ts';
import { tableNames, type TableName, type Tables } from './tables.ts';

export type Rows<Name extends TableName> = ReadonlyMap<string, Tables[Name]>;
export type AllRows = { readonly [Name in TableName]: Rows<Name> };

/** What this client knows of a person's own: settings, drafts, notifications and the like. Immutable: merge makes another one. */
export type PersonalRecord = {
  /** Every change up to this revision is in here; 0 when nothing was had yet. */
  readonly cursor: number;
  /** By their keys. */
  readonly rows: AllRows;
  /** Events from beyond a gap, until what lies between has come. */
  readonly held: readonly PersonalChange[];
};

export const nothingPersonal: PersonalRecord = {
  cursor: 0,
  rows: Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as AllRows,
  held: []
};
