/** The Deno program. npm's own command for it is a wrapper that passes no signals on, so the binary itself is found. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StackError } from '../errors.ts';

const require = createRequire(import.meta.url);
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** @throws {StackError} part_missing when npm has none for this machine and the PATH has none either. */
export function denoBinary(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
  searchPath = process.env['PATH'] ?? ''
): string {
  const packed = packedBinary(`@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`);
  if (packed) return packed;
  const own = searchPath
    .split(path.delimiter)
    .filter((directory) => directory && !directory.includes('node_modules'))
    .map((directory) => path.join(directory, `deno${SUFFIX}`))
    .find((file) => existsSync(file));
  if (own) return own;
  throw new StackError('part_missing', {
    part: 'Deno',
    platform: `${platform}-${arch}`,
    remedy: 'Install it (https://docs.deno.com/runtime) so that `deno` is on the PATH, or use `supabase start`.'
  });
}

function packedBinary(name: string): string | undefined {
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), `deno${SUFFIX}`);
  } catch {
    return undefined;
  }
}
