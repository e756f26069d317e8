/** What migrations, seeds and policies of a project count on in the schema `auth`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newEmail, PASSWORD, startWorld, type Server, type World } from './world.ts';

let world: World;
let server: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve();
});
afterAll(() => world.stop());

describe('as the role that runs migrations', () => {
  test('a trigger on auth.users sees the metadata as an object, at the moment of sign-up', async () => {
    await world.postgres.query(`
      create table public.people (id uuid primary key references auth.users (id) on delete cascade, name text, kind text);
      create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        insert into public.people values
          (new.id, new.raw_user_meta_data ->> 'name', pg_catalog.jsonb_typeof(new.raw_user_meta_data) || ' ' || pg_catalog.jsonb_typeof(new.raw_app_meta_data));
        return new;
      end $$;
      create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user()`);
    const { data } = await server
      .client()
      .auth.signUp({ email: newEmail(), password: PASSWORD, options: { data: { name: 'Ann' } } });
    const { rows } = await world.postgres.query('select name, kind from public.people where id = $1', [data.user!.id]);
    expect(rows).toEqual([{ name: 'Ann', kind: 'object object' }]);

    await server.admin.auth.admin.deleteUser(data.user!.id);
    expect((await world.postgres.query('select from public.people where id = $1', [data.user!.id])).rows).toHaveLength(0);
    await world.db.query('drop trigger on_auth_user_created on auth.users');
  });

  test('a seed makes people who can sign in', async () => {
    const email = newEmail('seeded');
    const id = '11111111-1111-1111-1111-111111111111';
    await world.postgres.query(`
      insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,
        raw_user_meta_data, created_at, updated_at, confirmation_token, recovery_token, email_change_token_new, email_change)
      values ('00000000-0000-0000-0000-000000000000', '${id}', 'authenticated', 'authenticated', '${email}',
        extensions.crypt('${PASSWORD}', extensions.gen_salt('bf')), now(), '{"provider":"email","providers":["email"]}',
        '{"name":"Seeded"}', now(), now(), '', '', '', '');
      insert into auth.identities (user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
      select id, id::text, 'email', jsonb_build_object('sub', id::text, 'email', email), now(), now(), now()
      from auth.users where email = '${email}'`);
    const { data, error } = await server.client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({
      user_metadata: { name: 'Seeded' },
      identities: [{ provider: 'email', identity_data: { email } }]
    });
  });

  test('a seed may write an address as people do: codes work all the same', async () => {
    const email = newEmail('Capital').replace('example', 'Example');
    await world.postgres.query(`
      insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
      values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', '${email}', now(), '{}', '{}', now(), now())`);
    await server.client().auth.signInWithOtp({ email });
    const { code } = await world.mailTo(email);
    expect((await server.client().auth.verifyOtp({ email, token: code, type: 'email' })).error).toBeNull();
  });

  test('the tables themselves cannot be changed', async () => {
    for (const statement of [
      'alter table auth.users add column more text',
      'drop table auth.sessions',
      'alter table auth.users disable row level security',
      'create table auth.mine ()'
    ]) {
      await expect(world.postgres.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('as the roles of the API', () => {
  test.each(['anon', 'authenticated', 'service_role'])('%s reads and writes no table', async (role) => {
    const { rows: tables } = await world.db.query(
      `select c.oid::regclass::text as name from pg_class c where relnamespace = 'auth'::regnamespace and relkind = 'r'`
    );
    expect(tables.length).toBeGreaterThan(10);
    const { rows } = await world.db.query(
      `select c.oid::regclass::text as name from pg_class c
       where relnamespace = 'auth'::regnamespace and relkind in ('r', 'S')
         and (has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate, references, trigger'))`,
      [role]
    );
    expect(rows).toEqual([]);
  });

  test('every table has row level security', async () => {
    const { rows } = await world.db.query(
      `select relname from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r' and not relrowsecurity`
    );
    expect(rows).toEqual([]);
  });

  test.each([
    ['one JSON setting', `set_config('request.jwt.claims', $1, true)`, (claims: object) => JSON.stringify(claims)],
    ['no setting', `set_config('request.jwt.claims', $1, true)`, () => ''],
    [
      'a setting a claim',
      `set_config('request.jwt.claim.sub', ($1::jsonb) ->> 'sub', true),
       set_config('request.jwt.claim.role', ($1::jsonb) ->> 'role', true), set_config('request.jwt.claim.email', ($1::jsonb) ->> 'email', true)`,
      (claims: object) => JSON.stringify(claims)
    ]
  ])('auth.uid(), role() and email() read %s', async (_name, settings, value) => {
    const claims = { sub: '0190d1a0-7b1c-7000-8000-00000000a001', role: 'authenticated', email: 'ann@example.com' };
    const text = value(claims);
    const client = await world.postgres.connect();
    try {
      await client.query('begin');
      await client.query(`select ${settings}`, [text]);
      await client.query('set local role authenticated');
      const { rows } = await client.query('select auth.uid() as sub, auth.role() as role, auth.email() as email');
      expect(rows[0]).toEqual(text === '' ? { sub: null, role: null, email: null } : claims);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
