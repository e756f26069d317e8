/** Three people with accounts on the target. They are the same for all cases: sign-ups are rationed on a Supabase. */
import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import type { Target } from './target.ts';

export interface Person {
  id: string;
  token: string;
  email: string;
  password: string;
}

export type Name = 'ann' | 'bob' | 'eve';
export type People = Record<Name, Person>;

export async function makePeople(target: Target): Promise<People> {
  const [ann, bob, eve] = [await makePerson(target), await makePerson(target), await makePerson(target)];
  return { ann, bob, eve };
}

async function makePerson(target: Target): Promise<Person> {
  const account = { email: `behaviour-${randomUUID()}@example.com`, password: randomUUID() };
  if (target.secret) {
    const { error } = await sessionless(target, target.secret).auth.admin.createUser({ ...account, email_confirm: true });
    if (error) throw new Error(`No account could be made: ${error.message}`, { cause: error });
  } else {
    const { error } = await sessionless(target).auth.signUp(account);
    if (error) throw new Error(`No account could be made: ${error.message}`, { cause: error });
  }
  return signIn(target, account);
}

/** Each time with a token of its own. */
export async function signIn(target: Target, account: { email: string; password: string }): Promise<Person> {
  const { data, error } = await sessionless(target).auth.signInWithPassword(account);
  if (error) throw new Error(`${error.message}: the suite needs sign-up by e-mail without confirmation, or --secret`);
  return { id: data.user.id, token: data.session.access_token, email: account.email, password: account.password };
}

function sessionless({ url, key }: Target, instead = key) {
  return createClient(url, instead, { auth: { persistSession: false, autoRefreshToken: false } });
}
