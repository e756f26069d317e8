/** What the parts of a stack have computed so far, from /proc: figures that a busy machine leaves as they are. Linux only. */
import { readFileSync } from 'node:fs';
import { descendants } from '../stack/processes.ts';

/** As almost every Linux counts. */
const TICKS_A_SECOND = 100;

export type Parts = Record<string, RegExp>;

/** Milliseconds of computing of each part's processes below `pid`, ended children included. */
export function cpuTimes<Names extends Parts>(pid: number, parts: Names): Record<keyof Names, number> {
  const processes = descendants(pid);
  return Object.fromEntries(
    Object.entries(parts).map(([name, command]) => {
      const own = processes.filter((process) => command.test(process.command));
      return [name, own.reduce((sum, process) => sum + computed(process.pid), 0)];
    })
  ) as Record<keyof Names, number>;
}

function computed(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, cutime, cstime. Source: proc(5)
    return (fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS_A_SECOND) * 1000;
  } catch {
    return 0;
  }
}
