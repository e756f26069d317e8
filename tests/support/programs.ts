import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** The words that run a program of an installed package, on every platform: npm's own links are shell scripts on Windows. */
export function programOf(name: string, bin = name): string[] {
  const manifest = path.join(packageFolder(name), 'package.json');
  const { bin: programs } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof programs === 'string' ? programs : programs[bin];
  if (file === undefined) throw new Error(`${name} has no program ${bin}`);
  return [process.execPath, path.join(path.dirname(manifest), file)];
}

/** A package need not export its package.json, so it is looked for where Node would look. */
function packageFolder(name: string): string {
  const places = require.resolve.paths(name)?.map((base) => path.join(base, name)) ?? [];
  const folder = places.find((place) => existsSync(path.join(place, 'package.json')));
  if (!folder) throw new Error(`${name} is not installed`);
  return folder;
}
