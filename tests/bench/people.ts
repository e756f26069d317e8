/** People of a benchmark: accounts without a password, signed in by a token that is made here. */
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import type { StackAddresses } from '../../supabase/embedded/addresses.ts';

/** Makes so many accounts, which may send as fast as they can; returns their ids. */
export async function makePeople(stack: StackAddresses, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, () => randomUUID());
  const database = new pg.Client({ connectionString: stack.dbUrl });
  await database.connect();
  await database.query(
    `insert into auth.users (id, email, aud, role) select id, id || '@bench.example', 'authenticated', 'authenticated' from unnest($1::uuid[]) as id`,
    [people]
  );
  await database.query('update private.settings set send_rate = 1000000, send_burst = 1000000, epochs_a_minute = 1000000');
  await database.end();
  return people;
}

/** A client as in this person's browser. */
export async function clientOf(stack: StackAddresses, person: string): Promise<SupabaseClient> {
  const token = await new SignJWT({ sub: person, role: 'authenticated', aud: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(stack.jwtSecret));
  return createClient(stack.apiUrl, stack.publishableKey, { accessToken: () => Promise.resolve(token) });
}
