import { expect } from 'vitest';
import { subscribe } from '../../listening.ts';
import { type Heard, listen, wishing } from '../../changes/hearing.ts';
import { feature, needing } from '../feature.ts';
import type { Person } from '../people.ts';
import type { Scene } from '../scene.ts';

const ITEMS = 'behaviour_items';
const OPEN = 'behaviour_open';

/** A list of rows that no other case has, and what one does with them. */
function rows(scene: Scene, person: Person, table: string) {
  const list = scene.topic('list');
  const from = scene.client(person).from(table);
  return {
    list,
    async insert(row: object = {}): Promise<{ id: number }> {
      // What a role may not read cannot be asked back with *.
      const { data } = await from
        .insert({ list, ...row })
        .select('id')
        .single()
        .throwOnError();
      return data as { id: number };
    },
    update: (row: object) => from.update(row).eq('list', list).throwOnError(),
    remove: () => from.delete().eq('list', list).throwOnError()
  };
}

const bodies = (heard: readonly Heard[]) => heard.map(({ new: row }) => (row as { body?: string }).body);

export const changes = feature('Postgres Changes', {
  'tell of inserts, updates and deletes, with the rows': async (scene) => {
    const { list, insert, update, remove } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, { table: OPEN, filter: `list=eq.${list}` });
    const { id } = await insert({ body: 'a', amount: 1 });
    await update({ body: 'b' });
    await remove();
    const before = { id, list, body: 'a', amount: 1 };
    const after = { ...before, body: 'b' };
    const common = { schema: 'public', table: OPEN, errors: null };
    const got = await heard.first(3);
    expect(got).toMatchObject([
      { ...common, eventType: 'INSERT', new: before, old: {} },
      { ...common, eventType: 'UPDATE', new: after, old: before },
      { ...common, eventType: 'DELETE', new: {}, old: after }
    ]);
    for (const { commit_timestamp: at } of got) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  },

  'keep the order of the commits': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, { table: OPEN, filter: `list=eq.${list}` });
    for (let amount = 0; amount < 20; amount += 1) await insert({ amount });
    expect((await heard.first(20)).map(({ new: row }) => (row as { amount: number }).amount)).toEqual([...Array(20).keys()]);
  },

  'are for the events that were asked for': async (scene) => {
    const { list, insert, update, remove } = rows(scene, scene.ann, OPEN);
    const filter = `list=eq.${list}`;
    const wishes = ['INSERT', 'UPDATE', 'DELETE', '*'].map((event) => ({ event, table: OPEN, filter }));
    const { inboxes } = await listen(scene.client(scene.bob).realtime, ...wishes);
    await insert();
    await update({ body: 'b' });
    await remove();
    await inboxes[3]!.first(3);
    expect(inboxes.map(({ all }) => all.map(({ eventType }) => eventType))).toEqual([
      ['INSERT'],
      ['UPDATE'],
      ['DELETE'],
      ['INSERT', 'UPDATE', 'DELETE']
    ]);
  },

  'are for the tables that were asked for, one or all of a schema': async (scene) => {
    const [open, items] = [rows(scene, scene.ann, OPEN), rows(scene, scene.ann, ITEMS)];
    const wishes = [{ table: OPEN }, { table: ITEMS }, {}];
    const { inboxes } = await listen(scene.client(scene.ann).realtime, ...wishes);
    await open.insert({ body: 'open' });
    await items.insert({ body: 'item' });
    await inboxes[2]!.first(2);
    expect(inboxes.map(({ all }) => bodies(all))).toEqual([['open'], ['item'], ['open', 'item']]);
  },

  'come with values of every kind': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, ITEMS);
    const { heard } = await listen(scene.client(scene.ann).realtime, { table: ITEMS, filter: `list=eq.${list}` });
    const row = {
      body: 'ü ✓ "q"',
      amount: 1.5,
      done: true,
      tags: ['a', 'b,c'],
      detail: { deep: [1, null] },
      due: '2026-01-02T03:04:05.678+00:00'
    };
    await insert(row);
    await insert({});
    const [full, empty] = await heard.first(2);
    expect(full!.new).toMatchObject({ ...row, owner: scene.ann.id, shared: false });
    expect(empty!.new).toMatchObject({ body: null, amount: null, done: null, tags: null, detail: null, due: null });
  },

  'hold only the columns that were asked for, and the key': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, {
      table: OPEN,
      filter: `list=eq.${list}`,
      select: ['body']
    });
    const { id } = await insert({ body: 'a', amount: 1 });
    expect((await heard.first(1))[0]!.new).toEqual({ id, body: 'a' });
  },

  'say what is too large instead of sending it': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, { table: OPEN, filter: `list=eq.${list}` });
    await insert({ body: 'x'.repeat(1_100_000), amount: 7 });
    const [got] = await heard.first(1);
    expect(got!.errors).toEqual(['Error 413: Payload Too Large']);
    expect(got!.new).toMatchObject({ amount: 7 });
    expect(got!.new).not.toHaveProperty('body');
  },

  'end when the channel is left': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const client = scene.client(scene.bob);
    const filter = `list=eq.${list}`;
    const left = await listen(client.realtime, { table: OPEN, filter });
    const stays = await listen(client.realtime, { table: OPEN, filter });
    await client.removeChannel(left.channel);
    await insert();
    await stays.heard.first(1);
    expect(left.heard.all).toEqual([]);
  },

  'reach protocol 1.0.0 as well': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob, { vsn: '1.0.0' }).realtime, {
      table: OPEN,
      filter: `list=eq.${list}`
    });
    await insert({ body: 'ü' });
    expect(bodies(await heard.first(1))).toEqual(['ü']);
  },

  'share a channel with broadcast': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const wish = wishing(scene.client(scene.bob).realtime, [{ table: OPEN, filter: `list=eq.${list}` }], {
      config: { broadcast: { self: true } }
    });
    const echoed = new Promise((resolve) => wish.channel.on('broadcast', { event: 'x' }, resolve));
    await subscribe(wish.channel);
    await wish.system.find(({ message }) => message === 'Subscribed to PostgreSQL');
    await wish.channel.send({ type: 'broadcast', event: 'x', payload: {} });
    await insert();
    await Promise.all([echoed, wish.heard.first(1)]);
  },

  'can be waited for by the join': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const wish = wishing(scene.client(scene.bob).realtime, [{ table: OPEN, filter: `list=eq.${list}` }], {
      config: { postgres_changes_options: { wait: true } }
    });
    await subscribe(wish.channel);
    await insert();
    await wish.heard.first(1);
  },

  'go on when the table changes': needing(['db'], async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, { table: OPEN, filter: `list=eq.${list}` });
    await insert({ body: 'before' });
    await heard.first(1);
    scene.afterwards(() => scene.sql(`alter table public.${OPEN} drop column if exists added`));
    await scene.sql(`alter table public.${OPEN} add column added text default 'new'; notify pgrst, 'reload schema'`);
    await insert({ body: 'after' });
    expect((await heard.first(2))[1]!.new).toMatchObject({ body: 'after', added: 'new' });
  }),

  'say nothing of truncate': needing(['db'], async (scene) => {
    const { list, insert } = rows(scene, scene.ann, OPEN);
    const { heard } = await listen(scene.client(scene.bob).realtime, { table: OPEN });
    await insert({ body: 'before' });
    await scene.sql(`truncate public.${OPEN}`);
    await insert({ body: 'after' });
    await heard.find(({ new: row }) => (row as { body?: string }).body === 'after');
    const own = heard.all.filter(({ new: row }) => (row as { list?: string }).list === list);
    expect(bodies(own)).toEqual(['before', 'after']);
    expect(heard.all).toHaveLength(2);
  })
});

export const changeRights = feature('Postgres Changes and who may see them', {
  'a row is told to those whose policies let them read it': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, ITEMS);
    const filter = `list=eq.${list}`;
    const [mine, theirs, visitors] = await Promise.all([
      listen(scene.client(scene.ann).realtime, { table: ITEMS, filter }),
      listen(scene.client(scene.eve).realtime, { table: ITEMS, filter }),
      listen(scene.client(scene.bob).realtime, { table: ITEMS, filter })
    ]);
    await insert({ body: 'own' });
    await insert({ body: 'for all', shared: true });
    await Promise.all([mine.heard.first(2), theirs.heard.first(1), visitors.heard.first(1)]);
    expect([mine, theirs, visitors].map(({ heard }) => bodies(heard.all))).toEqual([
      ['own', 'for all'],
      ['for all'],
      ['for all']
    ]);
  },

  'a row that is opened is told from then on, and one that is closed no more': async (scene) => {
    const { list, insert, update } = rows(scene, scene.ann, ITEMS);
    const { heard } = await listen(scene.client(scene.eve).realtime, { table: ITEMS, filter: `list=eq.${list}` });
    await insert({ body: '1' });
    await update({ body: '2', shared: true });
    await heard.first(1);
    await update({ body: '3', shared: false });
    await update({ body: '4', shared: true });
    await heard.first(2);
    expect(bodies(heard.all)).toEqual(['2', '4']);
  },

  'of the old row only the key is told, unless the table says otherwise': async (scene) => {
    const { list, insert, update, remove } = rows(scene, scene.ann, ITEMS);
    const { heard } = await listen(scene.client(scene.ann).realtime, { table: ITEMS });
    const { id } = await insert({ body: 'a' });
    await update({ body: 'b' });
    await remove();
    const own = async (eventType: string) =>
      heard.find(
        (one) =>
          one.eventType === eventType && ((one.new as { list?: string }).list === list || (one.old as { id?: number }).id === id)
      );
    expect((await own('UPDATE')).old).toEqual({ id });
    expect(await own('DELETE')).toMatchObject({ old: { id }, new: {} });
  },

  'a column that the role may not read is left out': async (scene) => {
    const { list, insert } = rows(scene, scene.ann, ITEMS);
    const { heard } = await listen(scene.client(scene.ann).realtime, { table: ITEMS, filter: `list=eq.${list}` });
    await insert({ body: 'a' });
    const [got] = await heard.first(1);
    expect(Object.keys(got!.new as object).sort()).toEqual([
      'amount',
      'body',
      'detail',
      'done',
      'due',
      'id',
      'list',
      'owner',
      'shared',
      'tags'
    ]);
  },

  "another person's token makes the channel that person's": async (scene) => {
    const { list, insert } = rows(scene, scene.eve, ITEMS);
    const client = scene.client(scene.ann);
    const { heard, system } = await listen(client.realtime, { table: ITEMS, filter: `list=eq.${list}` });
    await insert({ body: 'before' });
    await insert({ body: 'for all', shared: true });
    await heard.first(1);
    const seen = system.all.length;
    await client.realtime.setAuth(scene.eve.token);
    // Told again once the subscription has the new claims.
    await system.find(({ extension, status }) => extension === 'postgres_changes' && status === 'ok', seen);
    await insert({ body: 'after' });
    await heard.first(2);
    expect(bodies(heard.all)).toEqual(['for all', 'after']);
  },

  'a table that does not exist, is not published, or has no such column is refused in words': async (scene) => {
    const refusal = async (wish: object) => {
      const { channel, system } = wishing(scene.client(scene.ann).realtime, [wish]);
      await subscribe(channel);
      const { status, message } = await system.find(({ extension }) => extension === 'postgres_changes');
      return { status, message };
    };
    const checkEnabled =
      /^Unable to subscribe to changes with given parameters\. Please check Realtime is enabled for the given connect parameters: \[/;
    for (const table of ['behaviour_nowhere', 'behaviour_unpublished']) {
      expect(await refusal({ table })).toEqual({ status: 'error', message: expect.stringMatching(checkEnabled) as string });
    }
    const badColumn = await refusal({ table: OPEN, filter: 'nowhere=eq.1' });
    expect(badColumn.status).toBe('error');
    expect(badColumn.message).toMatch(/^Unable to subscribe to changes with given parameters\. An exception happened/);
    const badFilter = await refusal({ table: OPEN, filter: 'nonsense' });
    expect(badFilter).toEqual({ status: 'error', message: expect.stringMatching(/^Error parsing `filter` params: /) as string });
    const hidden = await refusal({ table: ITEMS, filter: 'hidden=eq.1' });
    expect(hidden.status).toBe('error');
  }
});
