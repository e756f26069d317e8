/** A lock file that names its holder, and that a holder who was killed does not keep. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { processStart } from './identity.ts';

const holderSchema = z.object({ pid: z.int(), start: z.string(), about: z.string() });

export type LockHolder = z.infer<typeof holderSchema>;

export type LockResult = { held: true; release(): Promise<void> } | { held: false; holder: LockHolder };

/** Takes the lock for this process, or says who has it. `about` is kept in the file for others to read. */
export async function takeLock(file: string, about = ''): Promise<LockResult> {
  const mine: LockHolder = { pid: process.pid, start: processStart(process.pid) ?? '', about };
  const text = JSON.stringify(mine);
  for (;;) {
    try {
      await writeFile(file, text, { flag: 'wx', mode: 0o600 });
      return { held: true, release: () => releaseLock(file, text) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(file);
    if (holder && processStart(holder.pid) === holder.start) return { held: false, holder };
    await removeStale(file, holder);
  }
}

/** Who holds the lock now, if anybody alive does. */
export async function lockHolder(file: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(file);
  return holder && processStart(holder.pid) === holder.start ? holder : undefined;
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Absent, or cut short when its writer was killed: in both cases nobody holds it.
    return undefined;
  }
}

/** Two starts may find the same stale file; whoever then moves away the other's fresh one puts it back. */
async function removeStale(file: string, stale: LockHolder | undefined): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(stale)) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function releaseLock(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true });
}
