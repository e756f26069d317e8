/** Encrypted conversations of real clients against the real stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryKeys } from '../../web/lib/chat/encryption/memory-keys.ts';
import type { Chat, ConversationView } from '../../web/lib/chat/index.ts';
import { newRecoveryCode } from '../../web/lib/e2ee/index.ts';
import { World, type Someone } from './support/people.ts';
import { until } from './support/until.ts';

let world: World;
let alice: Someone;
let bob: Someone;
let a: Chat;
let b: Chat;
const code = await newRecoveryCode();

const live = (chat: Chat) => until(chat.connection, ({ phase }) => phase === 'live');

async function begin(chat: Chat, text: string): Promise<void> {
  const { own } = await chat.encryption();
  await own.begin({ kind: 'recovery_code', text }, 'Node');
}

/** Another browser of somebody. */
const elsewhere = async (person: Someone): Promise<Chat> =>
  world.chat({ ...person, supabase: await world.signIn(person.email) }, { keyStore: memoryKeys() });

const says = (view: ConversationView, content: string) =>
  until(view.timeline, ({ messages }) => messages.some((message) => message.content === content && message.seq !== null));

beforeAll(async () => {
  world = new World();
  [alice, bob] = await Promise.all([world.someone('Alice'), world.someone('Bob')]);
  [a, b] = await Promise.all([world.chat(alice, { keyStore: memoryKeys() }), world.chat(bob, { keyStore: memoryKeys() })]);
  await Promise.all([live(a), live(b), begin(a, code), begin(b, await newRecoveryCode())]);
});
afterAll(() => world.stop());

describe('a direct conversation', () => {
  let id: string;
  let atA: ConversationView;
  let atB: ConversationView;

  test('is encrypted from when one of the two says so', async () => {
    id = await a.startDirect(bob.id);
    [atA, atB] = [a.openConversation(id), b.openConversation(id)];
    await (await a.encryption()).turnOn(id);
    await until(atB.summary, (summary) => summary?.isEncrypted === true);
    expect(atA.summary.current).toMatchObject({ isEncrypted: true, title: 'Bob' });
  });

  test('what is said, changed and felt there comes live, and the database has none of it', async () => {
    atA.send('The treasure lies under the oak');
    await says(atB, 'The treasure lies under the oak');
    atB.react(atB.timeline.current.messages.at(-1)!.seq!, '🌳', true);
    await until(atA.timeline, ({ messages }) => messages.at(-1)?.reactions[0]?.emoji === '🌳');
    atA.edit(atA.timeline.current.messages.at(-1)!.seq!, 'The treasure lies under the elm');
    await says(atB, 'The treasure lies under the elm');
    const { rows } = await world.sql.query<{ row: string }>(
      'select m::text as row from public.messages m where m.conversation_id = $1',
      [id]
    );
    expect(rows.map(({ row }) => row).join()).not.toMatch(/treasure|🌳/u);
    expect(b.conversations.current.items[0]?.lastMessage).toMatchObject({ content: 'The treasure lies under the elm' });
  });

  test('a client that has not heard that it is encrypted seals what it sends', async () => {
    const early = await elsewhere(alice);
    await live(early);
    await (await early.encryption()).own.restore(code, 'Second');
    const other = await world.someone('Carol');
    const c = await world.chat(other, { keyStore: memoryKeys() });
    await begin(c, await newRecoveryCode());
    const plain = await a.startDirect(other.id);
    const atC = c.openConversation(plain);
    for (const chat of [early, c]) await until(chat.conversations, ({ items }) => items.some((item) => item.id === plain));
    const view = early.openConversation(plain);
    // Both at once: what is said may be faster than the news.
    const turning = (async () => (await c.encryption()).turnOn(plain))();
    view.send('said meanwhile');
    await turning;
    await says(view, 'said meanwhile');
    view.send('said afterwards');
    await says(atC, 'said afterwards');
    expect(atC.timeline.current.messages.at(-1)).toMatchObject({ closed: null });
  });

  test('drafts stay here', async () => {
    a.drafts.save(id, 'a secret draft');
    expect([...a.drafts.all.current.values()]).toMatchObject([{ text: 'a secret draft' }]);
    await a.stop();
    const { rows } = await world.sql.query('select 1 from public.drafts where user_id = $1 and content <> $2', [alice.id, '']);
    expect(rows).toEqual([]);
  });

  test('another browser of hers reads it by the recovery code', async () => {
    const again = await elsewhere(alice);
    const view = again.openConversation(id);
    const { own } = await again.encryption();
    expect(own.standing.current).toMatchObject({ state: 'elsewhere', locks: ['recovery_code'] });
    await own.restore(code, 'Another');
    await says(view, 'The treasure lies under the elm');
    view.send('from another browser');
    await says(atB, 'from another browser');
  });
});

describe('a group', () => {
  test('has a name that its members read, also who comes later', async () => {
    const carol = await world.someone('Carol');
    const [c, a2] = await Promise.all([elsewhere(carol), elsewhere(alice)]);
    await Promise.all([begin(c, await newRecoveryCode()), (await a2.encryption()).own.restore(code, 'Third')]);
    const id = await a2.createGroup('Treasure hunt', [bob.id]);
    await (await a2.encryption()).turnOn(id);
    const title = (chat: Chat, wanted: string) =>
      until(chat.conversations, ({ items }) => items.some((item) => item.id === id && item.title === wanted));
    await title(b, 'Treasure hunt');
    const view = a2.openConversation(id);
    view.send('before Carol');
    await says(view, 'before Carol');
    await view.addMembers([carol.id]);
    view.send('with Carol');
    const atC = c.openConversation(id);
    await says(atC, 'with Carol');
    await title(c, 'Treasure hunt');
    await view.rename('Gold rush');
    await title(b, 'Gold rush');
    await title(c, 'Gold rush');
    expect(atC.timeline.current.messages.filter(({ content }) => content === 'before Carol')).toEqual([]);
    // From now on who comes sees it, and who has come.
    await (await a2.encryption()).setHistory(id, true);
    await says(atC, 'before Carol');
    const dave = await world.someone('Dave');
    const d = await elsewhere(dave);
    await begin(d, await newRecoveryCode());
    await view.addMembers([dave.id]);
    view.send('with Dave');
    const atD = d.openConversation(id);
    for (const text of ['with Dave', 'with Carol', 'before Carol']) await says(atD, text);
  });
});
