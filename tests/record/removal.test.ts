/** Somebody is removed while twenty people write: nothing that commits afterwards is addressed to them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type Session, startWorld, type World } from './world.ts';

const WRITERS = 20;
const MESSAGES_EACH = 12;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Announced {
  topic: string;
  event: string;
  revision: number;
  committed: Date;
}

/** Everybody writes; in the middle of it, the owner removes the victim. */
async function removeUnderFire(): Promise<{
  conversation: string;
  victim: Person;
  removal: { revision: number; committed: Date };
  announced: Announced[];
}> {
  const people = await world.people(WRITERS + 2);
  const [owner, victim] = people as [Person, Person];
  const conversation = await world.group(owner, people);
  const ownerSession = await world.signIn(owner);
  let sent = 0;
  let removal: Promise<unknown> | undefined;
  const write = async (session: Session) => {
    for (let n = 0; n < MESSAGES_EACH; n += 1) {
      await session.query('select public.send_message($1, $2, $3)', [conversation, randomUUID(), `${n}`]);
      sent += 1;
      if (sent === (WRITERS * MESSAGES_EACH) / 2) {
        removal = ownerSession.query('select public.remove_member($1, $2)', [conversation, victim.id]);
      }
    }
    await session.close();
  };
  const sessions = await Promise.all(people.slice(2).map((person) => world.signIn(person)));
  await Promise.all(sessions.map(write));
  await removal;

  const { rows: left } = await world.admin.query<{ revision: number; committed: Date }>(
    `select revision::int, pg_xact_commit_timestamp(xmin) as committed from public.members
     where conversation_id = $1 and user_id = $2 and left_at is not null`,
    [conversation, victim.id]
  );
  const { rows: announced } = await world.admin.query<Announced>(
    `select topic, event, (payload ->> 'revision')::int as revision, pg_xact_commit_timestamp(xmin) as committed
     from realtime.messages where payload ->> 'conversation_id' = $1`,
    [conversation]
  );
  return { conversation, victim, removal: left[0]!, announced };
}

/** The removal came in the middle, so both sides of it have been seen. */
function expectBothSides(announced: Announced[], revision: number): void {
  const messages = announced.filter(({ event }) => event === 'message');
  expect(messages.filter((row) => row.revision < revision).length).toBeGreaterThan(WRITERS);
  expect(messages.filter((row) => row.revision > revision).length).toBeGreaterThan(WRITERS);
}

describe('in a small conversation', () => {
  test('their own topic gets every message before the removal, and none after', async () => {
    await world.admin.query('update private.settings set small_conversation_max = 100');
    const { victim, removal, announced } = await removeUnderFire();
    expectBothSides(announced, removal.revision);
    const mine = announced.filter(({ topic, event }) => topic === `user:${victim.id}` && event === 'message');
    const revisions = mine.map(({ revision }) => revision).sort((a, b) => a - b);
    // Revision 1 is the beginning; from 2 to the removal, each is a message.
    expect(revisions).toEqual(Array.from({ length: removal.revision - 2 }, (_, n) => n + 2));
    expect(mine.filter(({ committed }) => committed > removal.committed)).toEqual([]);
    expect(announced.filter(({ topic, event }) => topic === `user:${victim.id}` && event === 'removed')).toHaveLength(1);
  });
});

describe('in a large conversation', () => {
  test('the feed they could hear ends with the removal; all that follows is on the next one', async () => {
    await world.admin.query('update private.settings set small_conversation_max = 20');
    const { conversation, removal, announced } = await removeUnderFire();
    expectBothSides(announced, removal.revision);
    const old = announced.filter(({ topic }) => topic === `feed:${conversation}:1`);
    const next = announced.filter(({ topic }) => topic === `feed:${conversation}:2`);
    expect(old.filter(({ event, revision }) => event === 'message' && revision > removal.revision)).toEqual([]);
    expect(old.filter(({ committed }) => committed > removal.committed)).toEqual([]);
    expect(next.filter(({ revision }) => revision < removal.revision)).toEqual([]);
    expect(old.filter(({ event }) => event === 'moved')).toHaveLength(1);
    expect(announced.filter(({ event }) => event === 'message').filter(({ topic }) => !topic.startsWith('feed:'))).toEqual([]);
    // Beside what was written: who went, where the feed is now, and that it was said.
    expect(old.length + next.length).toBe(WRITERS * MESSAGES_EACH + 3);
  });
});
