/** The same thing done by many at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type Session, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const sessionsOf = (person: Person, count: number): Promise<Session[]> =>
  Promise.all(Array.from({ length: count }, () => world.signIn(person)));

describe('a direct conversation', () => {
  test('that both begin, ten times each at the same moment, is one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [alice, bob] = (await world.people(2)) as [Person, Person];
      const calls = [
        ...(await sessionsOf(alice, 10)).map((session) => ({ session, other: bob })),
        ...(await sessionsOf(bob, 10)).map((session) => ({ session, other: alice }))
      ];
      const ids = await Promise.all(
        calls.map(({ session, other }) =>
          session.value<string>('select id from public.start_direct_conversation($1)', [other.id])
        )
      );
      expect(new Set(ids).size).toBe(1);
      const { rows } = await world.admin.query(
        `select c.id, c.member_count, c.revision::int, (select count(*)::int from public.members m where m.conversation_id = c.id) as members
         from public.conversations c where c.direct_key like $1`,
        [`%${alice.id}%`]
      );
      expect(rows).toEqual([{ id: ids[0], member_count: 2, revision: 1, members: 2 }]);
      await Promise.all(calls.map(({ session }) => session.close()));
    }
  });
});

describe('one message', () => {
  test('that is sent by ten connections at once is stored once, and all get it', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversation = await world.group(alice, [bob]);
    const sessions = await sessionsOf(alice, 10);
    for (let round = 1; round <= 10; round += 1) {
      const id = randomUUID();
      const seqs = await Promise.all(
        sessions.map((session) =>
          session.value<number>('select seq::int from public.send_message($1, $2, $3)', [conversation, id, 'once'])
        )
      );
      expect(seqs).toEqual(Array(10).fill(round));
    }
    const { rows } = await world.admin.query('select last_seq::int, revision::int from public.conversations where id = $1', [
      conversation
    ]);
    expect(rows).toEqual([{ last_seq: 10, revision: 11 }]);
  });

  test('that is sent to several conversations at once is stored in one of them, and all get that one', async () => {
    const [alice, bob] = (await world.people(2)) as [Person, Person];
    const conversations = await Promise.all(Array.from({ length: 8 }, () => world.group(alice, [bob])));
    const sessions = await sessionsOf(alice, 8);
    for (let round = 0; round < 10; round += 1) {
      const id = randomUUID();
      const places = await Promise.all(
        sessions.map((session, n) =>
          session.value<string>('select conversation_id from public.send_message($1, $2, $3)', [
            conversations[n],
            id,
            'somewhere'
          ])
        )
      );
      expect(new Set(places).size).toBe(1);
    }
    const { rows } = await world.admin.query(
      `select sum(last_seq)::int as numbered, (select count(*)::int from public.messages where conversation_id = any ($1)) as stored
       from public.conversations where id = any ($1)`,
      [conversations]
    );
    expect(rows).toEqual([{ numbered: 10, stored: 10 }]);
  });
});
