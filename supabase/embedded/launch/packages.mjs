// Which packages this machine needs by package-lock.json, and whether node_modules has them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { arch, platform, report } from 'node:process';

/** Paths (`node_modules/…`) of the packages to be installed here. */
export function wantedPackages(root) {
  return Object.entries(readLock(path.join(root, 'package-lock.json')))
    .filter(([at, entry]) => at !== '' && isForThisMachine(entry))
    .map(([at]) => at);
}

/**
 * Whether node_modules is what package-lock.json says. npm keeps its own account of what it installed; an optional package that
 * is missing there is one that npm could not get, and trying again at every start would not change that.
 */
export function isInstalled(root) {
  const account = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(account)) return false;
  const installed = readLock(account);
  return Object.entries(readLock(path.join(root, 'package-lock.json'))).every(
    ([at, entry]) => at === '' || installed[at]?.version === entry.version || (!installed[at] && entry.optional)
  );
}

function readLock(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** An optional package that names no platform hangs on one that does, mostly on one for elsewhere. */
function isForThisMachine({ optional, os, cpu, libc }) {
  if (optional && !os && !cpu) return false;
  return matches(os, platform) && matches(cpu, arch) && (!libc || platform !== 'linux' || matches(libc, libcName()));
}

let libcFound;

function libcName() {
  libcFound ??= report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  return libcFound;
}

/** npm's lists name what is meant, or with a "!" what is not. */
function matches(list, value) {
  if (!list) return true;
  const names = [list].flat();
  return names.includes(value) || (!names.includes(`!${value}`) && names.every((name) => name.startsWith('!')));
}
