/** Parts of the server that die and come back, while two people write to each other: on a stack of their own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat, ConversationView } from '../../web/lib/chat/index.ts';
import { descendants, isAlive } from '../stack/processes.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { World } from './support/people.ts';
import { until } from './support/until.ts';

let stack: TestStack;
let world: World;
let a: Chat;
let b: Chat;
let atA: ConversationView;
let atB: ConversationView;

const texts = (view: ConversationView) => view.timeline.current.messages.map(({ content }) => content);
const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live', 60_000);
const arrived = (view: ConversationView, contents: readonly string[]) =>
  until(view.timeline, ({ messages }) => contents.every((one) => messages.some(({ content }) => content === one)), 60_000);

beforeAll(async () => {
  stack = await startTestStack();
  world = new World(stack);
  // Of the database's own connections some are killed in here.
  world.sql.on('error', () => {});
  await world.sql.query('update private.settings set send_rate = 1000, send_burst = 1000');
  const [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  [a, b] = await Promise.all([world.chat(alice), world.chat(bob)]);
  const id = await a.startDirect(bob.id);
  [atA, atB] = [a.openConversation(id), b.openConversation(id)];
  await Promise.all([live(a), live(b)]);
}, 90_000);
afterAll(async () => {
  await world.stop();
  await stack.stop();
});

test.skipIf(process.platform !== 'linux').for<[part: string, command: RegExp]>([
  ['PostgREST', /postgrest/],
  ['Realtime', /realtime\/main\.ts/],
  ['Postgres', /^(?=.*bin\/postgres\b)(?=.* -D )/]
])(
  '%s is killed while both write: nothing is lost, nothing is doubled, and it is live again',
  async ([part, command], { annotate }) => {
    const said: string[] = [];
    const write = (from: number, to: number) => {
      for (let n = from; n <= to; n++) {
        for (const [name, view] of [
          ['Alice', atA],
          ['Bob', atB]
        ] as const) {
          const text = `${part}, ${name} ${n}`;
          view.send(text);
          said.push(text);
        }
      }
    };
    write(1, 20);
    await until(a.unsentCount, (count) => count <= 10);
    const victims = descendants(process.pid).filter((one) => command.test(one.command));
    expect(victims.length).toBeGreaterThan(0);
    const [{ pid }] = victims as [(typeof victims)[0]];
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    write(21, 40);
    await expect.poll(() => isAlive(pid)).toBe(false);
    write(41, 50);

    await Promise.all([arrived(atA, said), arrived(atB, said)]);
    await Promise.all([a, b].map((chat) => until(chat.unsentCount, (count) => count === 0, 30_000)));
    await Promise.all([live(a), live(b)]);
    await annotate(
      `${part}: all ${said.length} messages on both sides ${Math.round(performance.now() - killedAt)} ms after kill -9`
    );

    const { rows } = await world.sql.query<{ content: string }>(
      'select content from public.messages where conversation_id = $1 order by seq',
      [atA.id]
    );
    const record = rows.map(({ content }) => content);
    expect(record.filter((content) => content.startsWith(part)).toSorted()).toEqual(said.toSorted());
    expect([texts(atA), texts(atB)].map((all) => all.filter((content) => content.startsWith(part)))).toEqual(
      [1, 2].map(() => record.filter((content) => content.startsWith(part)))
    );
    for (const name of ['Alice', 'Bob']) {
      const theirs = (all: readonly string[]) => all.filter((content) => content.startsWith(`${part}, ${name}`));
      expect(theirs(record)).toEqual(theirs(said));
    }
  }
);
