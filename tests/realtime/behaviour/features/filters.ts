import { expect } from 'vitest';
import { listen } from '../../changes/hearing.ts';
import { feature } from '../feature.ts';
import type { Scene } from '../scene.ts';

interface Row {
  body?: string | null;
  amount?: number | null;
}

/** A filter, rows that it lets through and rows that it keeps back. */
const FILTERS: [filter: string, through: Row[], back: Row[]][] = [
  ['amount=eq.5', [{ amount: 5 }], [{ amount: 6 }, { amount: null }]],
  ['amount=neq.5', [{ amount: 6 }], [{ amount: 5 }, { amount: null }]],
  ['amount=lt.5', [{ amount: 4 }], [{ amount: 5 }]],
  ['amount=lte.5', [{ amount: 5 }], [{ amount: 6 }]],
  ['amount=gt.5', [{ amount: 6 }], [{ amount: 5 }]],
  ['amount=gte.5', [{ amount: 5 }], [{ amount: 4 }]],
  ['amount=in.(4,5)', [{ amount: 4 }, { amount: 5 }], [{ amount: 6 }]],
  ['body=in.("a,b",c)', [{ body: 'a,b' }, { body: 'c' }], [{ body: 'a' }, { body: 'b' }]],
  ['body=eq."a,b"', [{ body: 'a,b' }], [{ body: 'a' }]],
  ['body=like.a%', [{ body: 'abc' }], [{ body: 'ABC' }, { body: 'ba' }]],
  ['body=ilike.a%', [{ body: 'ABC' }], [{ body: 'ba' }]],
  ['body=match.^a.c$', [{ body: 'abc' }], [{ body: 'ABC' }, { body: 'abcd' }]],
  ['body=imatch.^a.c$', [{ body: 'ABC' }], [{ body: 'abcd' }]],
  ['body=is.null', [{ body: null }], [{ body: '' }]],
  ['amount=isdistinct.5', [{ amount: 6 }, { amount: null }], [{ amount: 5 }]],
  ['body=not.is.null', [{ body: '' }], [{ body: null }]],
  ['amount=not.in.(4,5)', [{ amount: 6 }], [{ amount: 4 }]],
  ['body=not.like.a%', [{ body: 'ba' }], [{ body: 'abc' }]],
  ['amount=gt.3,amount=lt.6', [{ amount: 4 }, { amount: 5 }], [{ amount: 3 }, { amount: 6 }]],
  [
    'amount=gt.3,body=eq.a',
    [{ amount: 4, body: 'a' }],
    [
      { amount: 4, body: 'b' },
      { amount: 3, body: 'a' }
    ]
  ]
];

async function tryFilter(scene: Scene, [filter, through, back]: (typeof FILTERS)[number]): Promise<void> {
  const list = scene.topic('list');
  const { heard } = await listen(scene.client(scene.bob).realtime, { event: 'INSERT', table: 'behaviour_open', filter });
  const rows = scene.client(scene.ann).from('behaviour_open');
  // The last one is let through: nothing that is kept back can come after it.
  for (const row of [...back, ...through]) await rows.insert({ list, ...row }).throwOnError();
  const own = () => heard.all.map((one) => one.new as Row & { list: string }).filter((row) => row.list === list);
  await heard.find(() => own().length >= through.length);
  expect(own()).toMatchObject(through);
  expect(own()).toHaveLength(through.length);
}

export const filters = feature(
  'Filters of Postgres Changes',
  Object.fromEntries(FILTERS.map((one) => [one[0], (scene: Scene) => tryFilter(scene, one)]))
);

export const filtersOnChanges = feature('Filters on updates and deletes', {
  'an update is told by its new values': async (scene) => {
    const list = scene.topic('list');
    const { heard } = await listen(scene.client(scene.bob).realtime, {
      event: 'UPDATE',
      table: 'behaviour_open',
      filter: 'amount=eq.7'
    });
    const rows = scene.client(scene.ann).from('behaviour_open');
    await rows.insert({ list, amount: 7 }).throwOnError();
    await rows.update({ amount: 8 }).eq('list', list).throwOnError();
    await rows.update({ amount: 7 }).eq('list', list).throwOnError();
    await heard.first(1);
    expect(heard.all.map((one) => [one.new as Row, one.old as Row])).toMatchObject([[{ amount: 7 }, { amount: 8 }]]);
  },

  'a delete is told by its old values': async (scene) => {
    const list = scene.topic('list');
    const { heard } = await listen(scene.client(scene.bob).realtime, {
      event: 'DELETE',
      table: 'behaviour_open',
      filter: 'amount=eq.17'
    });
    const rows = scene.client(scene.ann).from('behaviour_open');
    for (const amount of [18, 17]) await rows.insert({ list, amount }).throwOnError();
    for (const amount of [18, 17]) await rows.delete().eq('list', list).eq('amount', amount).throwOnError();
    await heard.first(1);
    expect(heard.all.map((one) => one.old as Row)).toMatchObject([{ amount: 17, list }]);
  }
});
