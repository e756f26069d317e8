/** Whether package-lock.json serves every platform: npm leaves out what the registry in use does not have. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), dependencies: names, optionalDependencies: names, devDependencies: names })
  )
});

/** One sentence per fault; none when every dependency of every package is in the file. */
export async function lockfileFaults(root: string): Promise<string[]> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')));
  const faults: string[] = [];
  for (const [place, { resolved, dependencies, optionalDependencies, devDependencies }] of Object.entries(packages)) {
    // Only the root's own are installed; a package's devDependencies are not.
    const wanted = { ...dependencies, ...optionalDependencies, ...(place === '' ? devDependencies : {}) };
    for (const name of Object.keys(wanted)) {
      if (!places(place, name).some((candidate) => candidate in packages)) {
        faults.push(`${place || 'package.json'} needs ${name}, which is not in package-lock.json`);
      }
    }
    if (resolved && /^(https?):/.test(resolved) && !resolved.startsWith('https://registry.npmjs.org/')) {
      faults.push(`${place} comes from ${new URL(resolved).host}, which others cannot reach`);
    }
  }
  return faults;
}

/** Where Node would look for `name` from the package at `place`, nearest first. */
function places(place: string, name: string): string[] {
  const found = [`${place}${place && '/'}node_modules/${name}`];
  const up = place.lastIndexOf('node_modules/');
  return up < 0 ? found : [...found, ...places(place.slice(0, up).replace(/\/$/, ''), name)];
}
