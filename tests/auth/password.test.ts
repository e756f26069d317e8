import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Queryable } from '../../supabase/embedded/auth/database.ts';
import { hashPassword, passwordMatches } from '../../supabase/embedded/auth/proofs/passwords.ts';
import { newEmail, PASSWORD, startWorld, type Server, type World } from './world.ts';

let world: World;
let server: Server;
let confirming: Server;
beforeAll(async () => {
  world = await startWorld();
  server = await world.serve();
  confirming = await world.serve({ email: { enable_confirmations: true } });
});
afterAll(() => world.stop());

async function signedUp(email = newEmail()): Promise<string> {
  const { error } = await server.client().auth.signUp({ email, password: PASSWORD });
  expect(error).toBeNull();
  return email;
}

describe('sign-up', () => {
  test('opens a session at once where addresses need no confirmation', async () => {
    const email = newEmail('Ann').toUpperCase();
    const { data, error } = await server.client().auth.signUp({ email, password: PASSWORD, options: { data: { name: 'Ann' } } });
    expect(error).toBeNull();
    expect(data.session).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect(data.user).toMatchObject({
      aud: 'authenticated',
      role: 'authenticated',
      email: email.toLowerCase(),
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { name: 'Ann', email_verified: true },
      is_anonymous: false
    });
    expect(data.user?.identities).toMatchObject([
      { provider: 'email', id: data.user?.id, identity_data: { sub: data.user?.id, email: email.toLowerCase(), name: 'Ann' } }
    ]);
  });

  test('refuses an address that is taken, in whatever case', async () => {
    const email = await signedUp();
    const { error } = await server.client().auth.signUp({ email: email.toUpperCase(), password: PASSWORD });
    expect(error).toMatchObject({ status: 422, code: 'user_already_exists', message: 'User already registered' });
  });

  test('does not hand over an account that was made for somebody and waits to be confirmed', async () => {
    const email = newEmail();
    await server.admin.auth.admin.createUser({ email, password: 'the owner’s own', app_metadata: { plan: 'gold' } });
    const { data, error } = await server.client().auth.signUp({ email, password: PASSWORD });
    expect(data.session).toBeNull();
    expect(error).toMatchObject({ code: 'user_already_exists' });
    expect((await server.client().auth.signInWithPassword({ email, password: PASSWORD })).error).not.toBeNull();
  });

  test('does not tell that an address is taken where addresses are confirmed', async () => {
    const [taken, free] = [await signedUp(), newEmail()];
    const answers = [];
    for (const email of [taken, free]) {
      const { data, error } = await confirming.client().auth.signUp({ email, password: PASSWORD });
      expect(error).toBeNull();
      expect(data.session).toBeNull();
      expect(data.user?.confirmation_sent_at).toBeDefined();
      answers.push(data.user!);
    }
    expect(Object.keys(answers[0]!).sort()).toEqual(Object.keys(answers[1]!).sort());
    const { rows } = await world.db.query('select id from auth.users where email = $1', [taken]);
    expect(answers[0]!.id).not.toBe(rows[0].id);
    expect(await world.mailCount(taken)).toBe(0);
    expect(await world.mailCount(free)).toBe(1);
  });

  test('of two at once with one address, one gets the account', async () => {
    const email = newEmail();
    const answers = await Promise.all([1, 2, 3].map(() => server.client().auth.signUp({ email, password: PASSWORD })));
    expect(answers.filter((answer) => answer.error === null)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.error?.code))).toEqual(new Set([undefined, 'user_already_exists']));
    const { rows } = await world.db.query('select from auth.users where email = $1', [email]);
    expect(rows).toHaveLength(1);
  });

  test('refuses a weak password and says why', async () => {
    const { error } = await server.client().auth.signUp({ email: newEmail(), password: 'short' });
    expect(error).toMatchObject({ name: 'AuthWeakPasswordError', status: 422, code: 'weak_password', reasons: ['length'] });
    const strict = await world.serve({
      password_requirements: 'lower_upper_letters_digits_symbols',
      minimum_password_length: 12
    });
    const { error: both } = await strict.client().auth.signUp({ email: newEmail(), password: 'onlyletters' });
    expect(both).toMatchObject({ code: 'weak_password', reasons: ['length', 'characters'] });
    const { error: none } = await strict.client().auth.signUp({ email: newEmail(), password: 'Letters & 1 digit' });
    expect(none).toBeNull();
  });

  test('refuses a password longer than bcrypt reads, counted in bytes', async () => {
    const { error } = await server.client().auth.signUp({ email: newEmail(), password: 'ä'.repeat(37) });
    expect(error).toMatchObject({ status: 400, code: 'validation_failed' });
    const { error: fits } = await server.client().auth.signUp({ email: newEmail(), password: 'ä'.repeat(36) });
    expect(fits).toBeNull();
  });

  test('can be switched off', async () => {
    const closed = await world.serve({ enable_signup: false });
    const { error } = await closed.client().auth.signUp({ email: newEmail(), password: PASSWORD });
    expect(error).toMatchObject({ status: 422, code: 'signup_disabled' });
    const byMail = await closed.client().auth.signInWithOtp({ email: newEmail() });
    expect(byMail.error).toMatchObject({ status: 422, code: 'signup_disabled' });
  });

  test('stores the password as bcrypt of the cost that is asked for', async () => {
    const email = await signedUp();
    const { rows } = await world.db.query('select encrypted_password from auth.users where email = $1', [email]);
    expect(rows[0].encrypted_password).toMatch(/^\$2a\$04\$/);
  });

  test('is undone when a trigger of the project refuses the account', async () => {
    await world.postgres.query(`
      create function public.refuse_bots() returns trigger language plpgsql as $$
      begin
        if new.email like 'bot.%' then raise exception using errcode = 'PT422', message = 'No bots'; end if;
        return new;
      end $$;
      create trigger refuse_bots before insert on auth.users for each row execute function public.refuse_bots()`);
    const email = newEmail('bot');
    const { error } = await server.client().auth.signUp({ email, password: PASSWORD });
    expect(error).toMatchObject({ status: 422, message: 'No bots' });
    const { rows } = await world.db.query('select from auth.users where email = $1', [email]);
    expect(rows).toHaveLength(0);
  });
});

describe('sign-in', () => {
  test('opens a session', async () => {
    const email = await signedUp();
    const { data, error } = await server.client().auth.signInWithPassword({ email: email.toUpperCase(), password: PASSWORD });
    expect(error).toBeNull();
    expect(data.session?.user.email).toBe(email);
    expect(data.user?.last_sign_in_at).toBeDefined();
    const { rows } = await world.db.query(
      `select s.aal, s.user_agent, host(s.ip) as ip, r.revoked, r.user_id = u.id::text as own
       from auth.users u join auth.sessions s on s.user_id = u.id join auth.refresh_tokens r on r.session_id = s.id
       where r.token = $1`,
      [data.session?.refresh_token]
    );
    expect(rows).toEqual([{ aal: 'aal1', user_agent: 'node', ip: '127.0.0.1', revoked: false, own: true }]);
  });

  test('answers a wrong password as it answers an unknown address', async () => {
    const email = await signedUp();
    const wrong = await server.client().auth.signInWithPassword({ email, password: `${PASSWORD}!` });
    const unknown = await server.client().auth.signInWithPassword({ email: newEmail(), password: PASSWORD });
    expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_credentials', message: 'Invalid login credentials' });
    expect(unknown.error).toEqual(wrong.error);
  });

  test('takes as much work for an unknown address as for a known one', async () => {
    const hash = await hashPassword(world.db, PASSWORD, 11);
    const compared: unknown[] = [];
    const db: Queryable = {
      query: ((text: string, values: unknown[]) => {
        compared.push(values[1]);
        return world.db.query(text, values);
      }) as Queryable['query']
    };
    expect(await passwordMatches(db, 'something else', hash, 11)).toBe(false);
    expect(await passwordMatches(db, 'something else', null, 11)).toBe(false);
    // The work is in the cost, which the database computes for both.
    expect(compared).toEqual([hash, expect.stringMatching(/^\$2a\$11\$.{53}$/)]);
  });

  test('waits for the confirmation of the address, but only tells who knows the password', async () => {
    const email = newEmail();
    await confirming.client().auth.signUp({ email, password: PASSWORD });
    const right = await confirming.client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(right.error).toMatchObject({ status: 400, code: 'email_not_confirmed' });
    const wrong = await confirming.client().auth.signInWithPassword({ email, password: 'something else' });
    expect(wrong.error).toMatchObject({ code: 'invalid_credentials' });
  });

  test('says when a password no longer meets the demands', async () => {
    const email = await signedUp();
    const strict = await world.serve({ minimum_password_length: 20 });
    const { data, error } = await strict.client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(error).toBeNull();
    expect(data.weakPassword).toMatchObject({ reasons: ['length'] });
  });

  test('refuses too many tries from one address of the network', async () => {
    const limited = await world.serve({ rate_limit: { sign_in_sign_ups: 2 } });
    const codes = [];
    for (let tries = 0; tries < 3; tries++) {
      const { error } = await limited.client().auth.signInWithPassword({ email: newEmail(), password: PASSWORD });
      codes.push(error?.code);
    }
    expect(codes).toEqual(['invalid_credentials', 'invalid_credentials', 'over_request_rate_limit']);
  });

  test('is written to the audit log', async () => {
    const email = await signedUp();
    await server.client().auth.signInWithPassword({ email, password: PASSWORD });
    const { rows } = await world.db.query(
      `select payload ->> 'action' as action, payload ->> 'log_type' as type, ip_address
       from auth.audit_log_entries where payload ->> 'actor_username' = $1 order by created_at`,
      [email]
    );
    expect(rows.map((row) => row.action)).toEqual(['user_signedup', 'login', 'login']);
    expect(rows[0]).toMatchObject({ type: 'team', ip_address: '127.0.0.1' });
  });
});

describe('anonymous sign-in', () => {
  test('is refused unless it is switched on', async () => {
    const { error } = await server.client().auth.signInAnonymously();
    expect(error).toMatchObject({ status: 422, code: 'anonymous_provider_disabled' });
  });

  test('makes an account, which becomes a lasting one by an address and a password', async () => {
    const open = await world.serve({ enable_anonymous_sign_ins: true });
    const client = open.client();
    const { data, error } = await client.auth.signInAnonymously({ options: { data: { name: 'Guest' } } });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ is_anonymous: true, email: '', user_metadata: { name: 'Guest' }, identities: [] });

    const early = await client.auth.updateUser({ password: PASSWORD });
    expect(early.error).toMatchObject({ status: 422, code: 'validation_failed' });

    const email = newEmail('guest');
    const kept = await client.auth.updateUser({ email, password: PASSWORD });
    expect(kept.error).toBeNull();
    expect(kept.data.user).toMatchObject({ id: data.user?.id, email, is_anonymous: false, app_metadata: { provider: 'email' } });
    const again = await open.client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(again.data.user?.id).toBe(data.user?.id);
  });
});
