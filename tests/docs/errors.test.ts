import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFile(new URL(file, root), 'utf8');
const documented = await read('ERRORS.md');

/** The keys of `const CATALOGUE = { … }` in a file. */
function catalogueKeys(source: string): string[] {
  const [, body = ''] = /const CATALOGUE = \{(.*?)\n\}/s.exec(source) ?? [];
  return [...body.matchAll(/^ {2}(\w+):/gm)].map(([, key]) => key!);
}

describe('ERRORS.md has every code', () => {
  test.each([
    'supabase/embedded/errors.ts',
    'supabase/embedded/auth/errors.ts',
    'supabase/embedded/functions/errors.ts',
    'supabase/embedded/realtime/errors.ts'
  ])('of %s', async (file) => {
    const codes = catalogueKeys(await read(file));
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !documented.includes(`\`${code}\``))).toEqual([]);
  });

  test('of the database', async () => {
    const source = await read('supabase/migrations/20261121000200_errors.sql');
    const codes = [...source.matchAll(/^ {2}\('(\w+)', (\d+)/gm)].map(([, code, status]) => `| \`${code}\` | ${status} |`);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((row) => !documented.includes(row))).toEqual([]);
  });

  test('of Storage', async () => {
    const source = await read('supabase/embedded/storage/errors.ts');
    const codes = [...source.matchAll(/\bcode: '(\w+)'/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !documented.includes(`\`${code}\``))).toEqual([]);
  });

  test('of the gateway', async () => {
    const source = await read('supabase/embedded/gateway/refusals.ts');
    const codes = [...source.matchAll(/refusal\(\s*\d+,\s*'(\w+)'/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !documented.includes(`\`${code}\``))).toEqual([]);
  });

  test('of the encryption', async () => {
    const [, union = ''] = /type DistrustCode =([^;]+);/.exec(await read('web/lib/e2ee/errors.ts')) ?? [];
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !documented.includes(`| \`${code}\` |`))).toEqual([]);
  });
});
