/**
 * Whoever has the database changes what it has of an encrypted conversation, anywhere: nothing is ever shown that nobody has said there,
 * what was changed is seen to be, and the rest is read as before.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { memoryKeys } from '../../web/lib/chat/encryption/memory-keys.ts';
import { seeded, type Chance } from './support/random.ts';
import type { Json, JsonRow, StoredRows } from './support/stored-rows.ts';
import { BOB, TamperedRoom } from './support/tampered-room.ts';
import { another, at, placesIn, put, type Path } from './support/tampering.ts';

/** Of each kind of row. */
const RUNS = Number(process.env.TAMPER_RUNS ?? 60);
const SEED = Number(process.env.TAMPER_SEED ?? 1);

let room: TamperedRoom;
beforeAll(async () => {
  room = await TamperedRoom.begin();
});

/** A row in which something is signed or sealed: which values of it, and what else it may spoil. */
type Kind = {
  name: string;
  rows: (from: StoredRows) => JsonRow[];
  /** Only what is below these. */
  below: (row: JsonRow) => Path[];
  /** Whose own keys, or those of an epoch, are not true, that of all who need them is not shown. */
  spoils: 'itself' | 'all';
};

const envelopes = (row: JsonRow, name: string): Path[] => (row[name] ? [[name]] : []);
const KINDS: Kind[] = [
  { name: 'a message', rows: ({ messages }) => messages, below: (row) => envelopes(row, 'envelope'), spoils: 'itself' },
  { name: 'an edit', rows: ({ messages }) => messages, below: (row) => envelopes(row, 'edit_envelope'), spoils: 'itself' },
  {
    name: 'a reaction',
    rows: ({ messages }) => messages,
    below: (row) =>
      ((row.sealed_reactions ?? []) as Json[]).flatMap((_, n) => [
        ['sealed_reactions', n, 'envelope'],
        ['sealed_reactions', n, 'user_id']
      ]),
    spoils: 'itself'
  },
  { name: 'a title', rows: ({ header }) => [header], below: (row) => envelopes(row, 'about'), spoils: 'itself' },
  { name: 'an epoch', rows: ({ epochs }) => epochs, below: () => [['epoch']], spoils: 'all' },
  { name: 'the key of an epoch', rows: ({ epochKeys }) => epochKeys, below: () => [['sealed'], ['number']], spoils: 'all' },
  { name: 'an entry of a key log', rows: ({ keyLog }) => keyLog, below: () => [['user_id'], ['entry']], spoils: 'all' }
];

type Change = { row: JsonRow; path: Path; what: string };

/** One value in one row of this kind becomes another; null where the dice fell on nothing new. */
function tamper(kind: Kind, rows: StoredRows, chance: Chance): Change | null {
  const { below } = kind;
  const places = kind.rows(rows).flatMap((row) =>
    // Whether something is there at all is another test's.
    below(row).flatMap((root) => placesIn(at(row, root)).map((path) => ({ row, path: [...root, ...path] })))
  );
  const { row, path } = chance.pick(places);
  const value = at(row, path);
  // What stands in the same place of other rows: of another message, sender, epoch, conversation.
  const donors = [...kind.rows(rows), ...kind.rows(room.other)].filter((donor) => donor !== row);
  const donor = donors.length > 0 ? donorOf(chance.pick(donors), path) : undefined;
  const changed = another(value, path, donor, chance);
  if (JSON.stringify(changed) === JSON.stringify(value)) return null;
  put(row, path, changed);
  return {
    row,
    path,
    what: `${kind.name}: ${path.join('.')} ${JSON.stringify(value)?.slice(0, 80)} → ${JSON.stringify(changed)?.slice(0, 80)}`
  };
}

function donorOf(row: JsonRow, path: Path): Json | undefined {
  try {
    return at(row, path);
  } catch {
    return undefined;
  }
}

describe('a value of a stored row that is another one', () => {
  test.each(KINDS)('of $name is seen, and nothing false is shown', { timeout: 3_600_000 }, async (kind) => {
    const chance = seeded(SEED * 1000 + KINDS.indexOf(kind));
    const counts = { changed: 0, refused: 0, closed: 0 };
    while (counts.changed < RUNS) {
      const rows = room.copy();
      const change = tamper(kind, rows, chance);
      if (!change) continue;
      counts.changed += 1;
      const seen = await room.look(rows);
      room.expectNothingFalse(seen, change.what);
      if (seen.wasRefused) {
        counts.refused += 1;
        continue;
      }
      const changed = room.differing(seen);
      expect(changed.length + Number(seen.title !== room.truth.title), `not seen: ${change.what}`).toBeGreaterThan(0);
      counts.closed += 1;
      const own = kind.name === 'a title' ? [] : [String(change.row.id)];
      if (kind.spoils === 'itself') expect(changed, `the rest: ${change.what}`).toEqual(own);
    }
    if (process.env.TAMPER_RUNS) console.log(kind.name, counts);
  });
});

describe('a backup', () => {
  const restored = async (rows: StoredRows) => {
    const { device } = await room.served(rows, memoryKeys());
    return device.own.restore(room.code, '').then(
      async () => (await device.store.secrets(BOB)).map(({ conversationId, number }) => `${conversationId}/${number}`).toSorted(),
      (error: Error) => error.name
    );
  };

  test('of which anything is otherwise opens nothing false', { timeout: 3_600_000 }, async () => {
    const all = (await restored(room.copy())) as string[];
    expect(all.length).toBe(4);
    const chance = seeded(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const rows = room.copy();
      const [lock] = rows.backups[0]!.locks as JsonRow[];
      const targets: [JsonRow, Path][] = [
        [lock!, ['boxed']],
        ...rows.backupParts.flatMap((row): [JsonRow, Path][] => [
          [row, ['boxed']],
          [row, ['part']]
        ])
      ];
      const [row, path] = chance.pick(targets);
      const value = at(row, path);
      const donor = chance.pick(rows.backupParts);
      const changed = another(value, path, donor === row ? undefined : donor[String(path[0])], chance);
      put(row, path, changed);
      if (JSON.stringify(changed) === JSON.stringify(value)) continue;
      const keys = await restored(rows);
      const what = `${JSON.stringify(row).slice(0, 120)}`;
      if (typeof keys === 'string') expect(['BadAnswer', 'WrongSecret', 'Distrusted'], what).toContain(keys);
      else {
        expect(keys.length, what).toBeLessThan(all.length);
        for (const key of keys) expect(all, what).toContain(key);
      }
    }
  });
});
