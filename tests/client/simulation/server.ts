import type { Backend } from '../../../web/lib/chat/backend.ts';
import type { ModelPersonal } from './model-personal.ts';

/** What the database says on a Realtime topic. */
export type Announced = { topic: string; event: string; payload: unknown };

/** The database of a simulation. It is asked one thing at a time, so that a seed means the same run every time. */
export type SimServer = {
  /** Ids of the people who take part. */
  readonly people: readonly string[];
  /** What a person may ask, with no network in between. */
  backend(userId: string): Backend;
  /** What is each person's own; null where that is not played. */
  readonly personal: ModelPersonal | null;
  /** What was announced since this was asked last, in the order of the commits. */
  drain(): Promise<Announced[]>;
  mayHear(userId: string, topic: string): Promise<boolean>;
  /** From now on what is announced is visible. */
  settle(): void;
  /** Moderators decide that nobody else is shown what this person says from now on. */
  withhold(userId: string, isWithheld: boolean): Promise<void>;
};

/** For what nobody does in a simulation. */
export function notPlayed(what: string): never {
  throw new Error(`${what} is not played here`);
}

/** How large things are, so that small runs meet all limits. */
export type Limits = {
  /** More members make a conversation large: its events come on a feed. */
  smallMax: number;
  /** Up to so many members are told of receipts. */
  receiptsMax: number;
  /** Messages on a page of sync(). */
  page: number;
  /** People whom a message names for each reaction. */
  reactionPeople: number;
};
