/** Reports that go together, and what becomes of them when a call fails. */
import { expect, test } from 'vitest';
import { together } from '../../../functions/push/together.ts';
import { databaseWork, type Due } from '../../../functions/push/work.ts';

/** A call that ends when the test says so. */
function calls() {
  const made: { items: number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const call = (items: number[]) => new Promise<void>((resolve, reject) => made.push({ items, end: resolve, fail: reject }));
  return { made, call };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('one alone goes at once; what is asked for meanwhile goes together, after it', async () => {
  const { made, call } = calls();
  const ask = together(call);
  const first = ask(1);
  await turn();
  const others = [ask(2), ask(3)];
  await turn();
  expect(made.map(({ items }) => items)).toEqual([[1]]);
  made[0]!.end();
  await first;
  await turn();
  expect(made.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  made[1]!.end();
  await Promise.all(others);
});

test('whoever is in a call that fails is told, and the next call is made', async () => {
  const { made, call } = calls();
  const ask = together(call);
  const [first, second] = [ask(1), ask(2)];
  await turn();
  const third = ask(3);
  made[0]!.fail(new Error('no database'));
  await expect(first).rejects.toThrow('no database');
  await expect(second).rejects.toThrow('no database');
  await turn();
  expect(made[1]!.items).toEqual([3]);
  made[1]!.end();
  await third;
});

test('what the database was busy with is reported again, alone', async () => {
  const asked: [string, unknown][] = [];
  const fetcher = (url: string | URL | Request, init?: RequestInit) => {
    const name = String(url instanceof Request ? url.url : url)
      .split('/')
      .at(-1)!;
    asked.push([name, JSON.parse(init?.body as string)]);
    return Promise.resolve(Response.json(name === 'pushes_sent' ? [8] : true));
  };
  const work = databaseWork({ url: 'http://parley.test', key: 'key' }, fetcher, []);
  const due = (id: number) => ({ id, attempt: 2 }) as Due;
  await Promise.all([work.sent(due(7), 201), work.sent(due(8), 202)]);
  expect(asked).toEqual([
    [
      'pushes_sent',
      {
        pushes: [
          { id: 7, attempt: 2, status: 201 },
          { id: 8, attempt: 2, status: 202 }
        ]
      }
    ],
    ['push_sent', { id: 8, attempt: 2, status: 202 }]
  ]);
});
