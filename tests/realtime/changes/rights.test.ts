/** Who is shown what: policies, columns, and claims that change. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subscribe } from '../listening.ts';
import { type Person, startWorld, type World } from '../world.ts';
import { answerTo, listen, wishing } from './hearing.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.sql.query(`
    create table public.mine (id int primary key, owner uuid, body text);
    alter table public.mine enable row level security;
    alter table public.mine replica identity full;
    create policy own on public.mine for select to authenticated using (owner = (select auth.uid()));
    create policy shown on public.mine for select to anon using (body = 'shown');
    create table public.open (id int primary key, body text, secret text);
    grant select (id, body) on public.open to authenticated;
    create table public.hidden_key (id int primary key, body text);
    grant select (body) on public.hidden_key to authenticated;
    create table public.closed (id int primary key, body text);
    alter table public.closed replica identity full;
    create table public.failing (id int primary key, divisor int);
    alter table public.failing enable row level security;
    create policy fails on public.failing for select to authenticated using (1 / divisor = 1);
    -- Large enough that a row is looked up by its key, without a look at the others.
    insert into public.failing select n, 1 from generate_series(1001, 11000) as n;
    analyze public.failing;
    create table public.by_claims (id int primary key, team text);
    alter table public.by_claims enable row level security;
    create policy team on public.by_claims for select to authenticated using (team = (select auth.jwt()) ->> 'team');
    grant select on public.mine, public.failing, public.by_claims to anon, authenticated, service_role;
    alter publication supabase_realtime add table
      public.mine, public.open, public.hidden_key, public.closed, public.failing, public.by_claims;
  `);
});

afterAll(() => world.stop());

let ids = 0;
const newId = () => (ids += 1);
const clientOf = ({ token }: Person) => world.client(token);

/** A row of the table, which everybody who listens to all may see. */
async function insertMine(owner: string | null, body = 'x'): Promise<number> {
  const id = newId();
  await world.sql.query('insert into mine values ($1, $2, $3)', [id, owner, body]);
  return id;
}

describe('policies', () => {
  test('decide for each subscriber whether a row is told', async () => {
    const [ann, ben] = [await world.person(), await world.person()];
    const service = world.client(await world.token({ role: 'service_role' }));
    const anon = world.client(await world.token({ role: 'anon' }));
    const [atAnn, atBen, atService, atAnon] = await Promise.all(
      [clientOf(ann), clientOf(ben), service, anon].map((client) => listen(client, { table: 'mine', event: 'INSERT' }))
    );
    const rows = [await insertMine(ann.id), await insertMine(ben.id), await insertMine(null), await insertMine(null, 'shown')];
    expect((await atService!.heard.first(4)).map((heard) => heard.new.id)).toEqual(rows);
    expect((await atAnon!.heard.first(1)).map((heard) => heard.new.id)).toEqual([rows[3]]);
    expect((await atAnn!.heard.first(1)).map((heard) => heard.new.id)).toEqual([rows[0]]);
    expect((await atBen!.heard.first(1)).map((heard) => heard.new.id)).toEqual([rows[1]]);
    expect(atAnn!.heard.all.length + atBen!.heard.all.length + atAnon!.heard.all.length).toBe(3);
  });

  test('are asked about the row as it is now: one that is gone, or somebody else’s, is not told', async () => {
    const [ann, ben] = [await world.person(), await world.person()];
    const { heard } = await listen(clientOf(ann), { table: 'mine', event: 'INSERT' });
    const [gone, given, kept] = [newId(), newId(), newId()];
    await world.sql.query(`
      begin; insert into mine values (${gone}, '${ann.id}'), (${given}, '${ann.id}');
      delete from mine where id = ${gone}; update mine set owner = '${ben.id}' where id = ${given}; commit;
      insert into mine values (${kept}, '${ann.id}')`);
    expect((await heard.first(1))[0]!.new.id).toBe(kept);
    expect(heard.all).toHaveLength(1);
  });

  test('cannot be asked about a deleted row, whose key is told to everybody, and nothing else of it', async () => {
    const [ann, eve] = [await world.person(), await world.person()];
    const { heard } = await listen(clientOf(eve), { table: 'mine' });
    const id = await insertMine(ann.id, 'private');
    await world.sql.query('delete from mine where id = $1', [id]);
    const [deleted] = await heard.first(1);
    expect(deleted).toMatchObject({ eventType: 'DELETE', old: { id } });
    expect(deleted!.old).toEqual({ id });
  });

  test('show the old row of an update in full, if the table is logged so', async () => {
    const ann = await world.person();
    const { heard } = await listen(clientOf(ann), { table: 'mine', event: 'UPDATE' });
    const id = await insertMine(ann.id, 'before');
    await world.sql.query(`update mine set body = 'after' where id = $1`, [id]);
    expect((await heard.first(1))[0]!.old).toEqual({ id, owner: ann.id, body: 'before' });
  });

  test('that fail show nothing to those for whom they do, and the others hear on', async () => {
    const [client, service] = [clientOf(await world.person()), world.client(await world.token({ role: 'service_role' }))];
    const [atClient, atService] = [await listen(client, { table: 'failing' }), await listen(service, { table: 'failing' })];
    await world.sql.query('insert into failing values (1, 0), (2, 1)');
    expect((await atService.heard.first(2)).map((heard) => heard.new.id)).toEqual([1, 2]);
    expect((await atClient.heard.first(1)).map((heard) => heard.new.id)).toEqual([2]);
    await world.log.find(({ code, message }) => code === 'RlsPolicyError' && message === 'division by zero');
  });

  test('that are made, changed or switched off count from the next change on', async () => {
    await world.sql.query(`
      create table public.guarded (id int primary key); grant select on public.guarded to authenticated;
      alter publication supabase_realtime add table public.guarded`);
    const { heard } = await listen(clientOf(await world.person()), { table: 'guarded' });
    const all = await listen(world.client(await world.token({ role: 'service_role' })), { table: 'guarded' });
    const steps: [statement: string, id: number][] = [
      ['select', 1],
      ['alter table guarded enable row level security', 2],
      ['create policy few on guarded for select to authenticated using (id > 3)', 3],
      ['select', 4],
      ['alter policy few on guarded using (id > 5)', 5],
      ['select', 6],
      ['alter table guarded disable row level security', 7]
    ];
    for (const [index, [statement, id]] of steps.entries()) {
      await world.sql.query(statement);
      await world.sql.query('insert into guarded values ($1)', [id]);
      await all.heard.first(index + 1);
    }
    expect((await heard.first(4)).map((each) => each.new.id)).toEqual([1, 4, 6, 7]);
  });
});

describe('claims', () => {
  test('are those of the newest token', async () => {
    const id = randomUUID();
    const client = world.client(await world.token({ sub: id, team: 'red' }));
    const { heard, system } = await listen(client, { table: 'by_claims' });
    await world.sql.query(`insert into by_claims values (2, 'blue'), (1, 'red')`);
    await heard.first(1);
    await client.setAuth(await world.token({ sub: id, team: 'blue' }));
    await system.find(({ message }) => message === 'Subscribed to PostgreSQL', 1);
    await world.sql.query(`insert into by_claims values (3, 'red'), (4, 'blue')`);
    expect((await heard.first(2)).map((each) => each.new.id)).toEqual([1, 4]);
    const { rows } = await world.sql.query(
      `select claims ->> 'team' as team from realtime.subscription where claims ->> 'sub' = $1`,
      [id]
    );
    await expect
      .poll(async () => (await world.sql.query(`select from realtime.subscription where claims ->> 'sub' = $1`, [id])).rowCount)
      .toBe(1);
    expect(rows.map(({ team }: { team: string }) => team)).toContain('blue');
  });

  test('of another role that may not filter by the column end the subscription, with the reason', async () => {
    const client = clientOf(await world.person());
    const { heard, system } = await listen(client, { table: 'open', filter: 'body=neq.x' });
    await client.setAuth(await world.token({ role: 'anon' }));
    const { message } = await system.find(({ status }) => status === 'error');
    expect(message).toMatch(/Exception: ERROR P0001 \(raise_exception\) invalid column for filter body$/);
    await world.sql.query(`insert into open values (50, 'a', 's')`);
    const other = await listen(clientOf(await world.person()), { table: 'open' });
    await world.sql.query(`insert into open values (51, 'a', 's')`);
    await other.heard.first(1);
    expect(heard.all).toEqual([]);
  });

  test('with a role that does not exist are refused', async () => {
    const answer = await answerTo(world.client(await world.token({ role: 'nobody' })), { table: 'open' });
    expect(answer.message).toMatch(/Exception: ERROR 42704 \(undefined_object\) role "nobody" does not exist$/);
  });
});

describe('columns', () => {
  test('that the role may not select are left out', async () => {
    const { heard } = await listen(clientOf(await world.person()), { table: 'open' });
    await world.sql.query(`insert into open values (1, 'a', 's')`);
    expect((await heard.first(1))[0]!.new).toEqual({ id: 1, body: 'a' });
  });

  test('can be granted and taken away meanwhile', async () => {
    const { heard } = await listen(clientOf(await world.person()), { table: 'open' });
    await world.sql.query('grant select (secret) on open to authenticated');
    await world.sql.query(`insert into open values (2, 'a', 's')`);
    await heard.first(1);
    await world.sql.query('revoke select (secret) on open from authenticated');
    await world.sql.query(`insert into open values (3, 'a', 's')`);
    expect((await heard.first(2)).map((each) => each.new)).toEqual([
      { id: 2, body: 'a', secret: 's' },
      { id: 3, body: 'a' }
    ]);
  });

  test('of the key that the role may not select let nothing of the row be told', async () => {
    const { heard } = await listen(clientOf(await world.person()), { table: 'hidden_key' });
    await world.sql.query(`insert into hidden_key values (1, 'a')`);
    expect((await heard.first(1))[0]).toMatchObject({ new: {}, errors: ['Error 401: Unauthorized'] });
  });

  test('that the role may not select cannot be filtered by or chosen', async () => {
    const client = clientOf(await world.person());
    const [filtered, chosen] = [
      await answerTo(client, { table: 'open', filter: 'secret=eq.s' }),
      await answerTo(client, { table: 'open', select: ['secret'] })
    ];
    expect(filtered.message).toContain('invalid column for filter secret');
    expect(chosen.message).toContain('invalid column for select secret');
  });

  test('may be none at all: a deletion is told nevertheless, with nothing of it', async () => {
    const { heard } = await listen(clientOf(await world.person()), { table: 'closed' });
    await world.sql.query(`insert into closed values (1, 'a'); delete from closed`);
    const [inserted, deleted] = await heard.first(2);
    expect(inserted!.errors).toEqual(['Error 401: Unauthorized']);
    expect(deleted).toMatchObject({ eventType: 'DELETE', old: {}, errors: null });
  });
});

test('a private channel needs its own right to be joined, whatever the tables', async () => {
  const eve = await world.person();
  const { channel } = wishing(clientOf(eve), [{ table: 'open' }], { config: { private: true } });
  await expect(subscribe(channel)).rejects.toThrow('You do not have permissions to read from this Channel topic');
});
