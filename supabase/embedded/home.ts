/** The folder that holds the stack's state: database, files, keys, logs. One stack at a time may use it. */
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { StackError } from './errors.ts';
import { type LockHolder, lockHolder, takeLock } from './process/lock.ts';

export interface Home {
  directory: string;
  logs: string;
  /** Files of Storage. */
  storage: string;
  log(service: string): string;
  release(): Promise<void>;
}

const lockFile = (directory: string) => path.join(directory, 'stack.lock');

/** Opens the folder for a stack at `url`, making it first. @throws {StackError} already_running, disk_full */
export async function openHome(directory: string, url: string): Promise<Home> {
  const logs = path.join(directory, 'logs');
  const storage = path.join(directory, 'storage');
  let lock;
  try {
    await mkdir(directory, { recursive: true });
    // It holds keys and everyone's data.
    await chmod(directory, 0o700);
    await mkdir(logs, { recursive: true });
    await mkdir(storage, { recursive: true });
    lock = await takeLock(lockFile(directory), url);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw new StackError('disk_full', { path: directory }, { cause });
    throw cause;
  }
  if (!lock.held) throw new StackError('already_running', { pid: lock.holder.pid, url: lock.holder.about });
  return { directory, logs, storage, log: (service) => path.join(logs, `${service}.log`), release: lock.release };
}

/** The stack that uses the folder now, if one does. */
export function runningStack(directory: string): Promise<LockHolder | undefined> {
  return lockHolder(lockFile(directory));
}
