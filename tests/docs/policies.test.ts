/** Every policy has pgTAP tests, found by their descriptions: "<policy> allows <who>" and "<policy> denies <who>". */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

async function readAll(folder: string): Promise<string> {
  const files = (await readdir(new URL(folder, root))).filter((file) => file.endsWith('.sql')).sort();
  return (await Promise.all(files.map((file) => readFile(new URL(folder + file, root), 'utf8')))).join('\n');
}

const migrations = await readAll('supabase/migrations/');
const tests = await readAll('tests/database/');

/** Names of the policies with what they ask. */
const policies = [...migrations.matchAll(/^create policy (\w+) on (\S+)\n(.*?);$/gms)].map(([, name, table, body]) => ({
  name: name!,
  table: table!,
  body: body!
}));

/** Who must be kept out: nobody but anon where everybody who is signed in may; ex-members where membership decides. */
function strangersTo(body: string): string[] {
  if (/using \(\(select auth\.uid\(\)\) is not null\)/.test(body)) return ['anon'];
  return /public\.members|my_conversation_ids|private\.can_(hear|speak)/.test(body)
    ? ['anon', 'stranger', 'ex-member']
    : ['anon', 'stranger'];
}

test('the migrations have policies', () => {
  expect(policies.length).toBeGreaterThan(10);
  expect(policies.length).toBe([...migrations.matchAll(/\bcreate policy\b/gi)].length);
});

describe.each(policies)('$name', ({ name, body }) => {
  test('has a test that allows', () => {
    expect(tests).toContain(`'${name} allows `);
  });

  test.each(strangersTo(body))('has a test that denies %s', (who) => {
    expect(tests).toMatch(new RegExp(`'${name} denies (an? )?${who}\\b`));
  });
});
