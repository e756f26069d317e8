/** The folder that holds the stack's state: database, files, keys, logs. One stack at a time may use it. */
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addressesSchema, type StackAddresses } from './addresses.ts';
import { StackError } from './errors.ts';
import { type LockHolder, lockHolder, takeLock } from './process/lock.ts';

export interface Home {
  directory: string;
  /** Files of Storage. */
  storage: string;
  log(service: string): string;
  /** Lets others find the stack that runs here. */
  publish(addresses: StackAddresses): Promise<void>;
  release(): Promise<void>;
}

const lockFile = (directory: string) => path.join(directory, 'stack.lock');
const LOG_LIMIT_BYTES = 5 * 2 ** 20;

const addressesFile = (directory: string) => path.join(directory, 'stack.json');

/** Opens the folder for a stack at `url`, making it first. @throws {StackError} already_running */
export async function openHome(directory: string, url: string): Promise<Home> {
  const logs = path.join(directory, 'logs');
  const storage = path.join(directory, 'storage');
  await mkdir(directory, { recursive: true });
  // It holds keys and everyone's data.
  await chmod(directory, 0o700);
  await mkdir(logs, { recursive: true });
  await mkdir(storage, { recursive: true });
  const lock = await takeLock(lockFile(directory), url);
  if (!lock.held) throw new StackError('already_running', { pid: lock.holder.pid, url: lock.holder.about });
  const { release } = lock;
  await setAsideLongLogs(logs);
  return {
    directory,
    storage,
    log: (service) => path.join(logs, `${service}.log`),
    publish: (addresses) => writeFile(addressesFile(directory), JSON.stringify(addresses), { mode: 0o600 }),
    async release() {
      await rm(addressesFile(directory), { force: true });
      await release();
    }
  };
}

/** The stack that uses the folder now, if one does. */
function runningStack(directory: string): Promise<LockHolder | undefined> {
  return lockHolder(lockFile(directory));
}

/** Addresses of the stack that uses the folder now; undefined when none does, or it is still starting. */
export async function readAddresses(directory: string): Promise<StackAddresses | undefined> {
  if (!(await runningStack(directory))) return undefined;
  const text = await readFile(addressesFile(directory), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : addressesSchema.parse(JSON.parse(text));
}

/** Of each log the current file and one before are kept. */
async function setAsideLongLogs(logs: string): Promise<void> {
  for (const name of await readdir(logs)) {
    const file = path.join(logs, name);
    if (name.endsWith('.log') && (await stat(file)).size > LOG_LIMIT_BYTES) await rename(file, `${file}.old`);
  }
}
