/** `npm run lockfile` completes package-lock.json for other platforms; with `--check` it only says what is missing. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StackError } from '../errors.ts';
import { completeLockfile, missingEntries, parseLockfile } from '../lockfile/complete.ts';
import { ROOT } from '../paths.ts';

export async function lockfile(args: string[]): Promise<void> {
  const file = path.join(ROOT, 'package-lock.json');
  const current = parseLockfile(await readFile(file, 'utf8'));
  const missing = Object.keys(missingEntries(current));
  if (missing.length === 0) return console.log('package-lock.json serves every platform.');
  if (args.includes('--check')) throw new StackError('lockfile_incomplete', { names: missing.join(', ') });
  await writeFile(file, `${JSON.stringify(completeLockfile(current), null, 2)}\n`);
  console.log(`Added to package-lock.json: ${missing.join(', ')}`);
}
