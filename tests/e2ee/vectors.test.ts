import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cases } from './portable/cases.ts';
import { vectorsSchema } from './portable/vectors.ts';

const vectors = vectorsSchema.parse(JSON.parse(await readFile(new URL('vectors.json', import.meta.url), 'utf8')));

for (const [name, run] of Object.entries(cases)) test(`in Node: ${name}`, () => run(vectors));

test('in Deno: all of it', async () => {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const { stdout } = await promisify(execFile)(here('../../node_modules/.bin/deno'), [
    'run',
    '--quiet',
    '--no-lock',
    '--no-prompt',
    '--cached-only',
    `--allow-read=${here('../..')}`,
    here('portable/in-deno.ts')
  ]);
  expect(JSON.parse(stdout)).toEqual([]);
});
