/** When a job of cron.job is due. Times are UTC, as with pg_cron's default. */
import { Cron } from 'croner';

export type Schedule = { kind: 'interval'; seconds: number } | { kind: 'clock'; cron: Cron } | { kind: 'reboot' };

const INTERVAL = /^\s*([1-9]|[1-5]\d)\s+seconds?\s*$/i;

/**
 * Reads `5 4 * * *`, `@hourly` and the like, `10 seconds` (1 to 59) or `@reboot`. `$` as the day is the month's last.
 * Throws a TypeError when it is none of these; the database refuses such a schedule before it gets here.
 */
export function parseSchedule(text: string): Schedule {
  const interval = INTERVAL.exec(text);
  if (interval) return { kind: 'interval', seconds: Number(interval[1]) };
  const trimmed = text.trim();
  if (/^@reboot$/i.test(trimmed)) return { kind: 'reboot' };
  const pattern = trimmed.startsWith('@') ? trimmed.toLowerCase() : trimmed.replace(/^(\S+\s+\S+\s+)\$/, '$1L');
  return { kind: 'clock', cron: new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true }) };
}

/** The first moment after `after` at which the job is due, or nothing when there is none. */
export function nextDue(schedule: Schedule, after: Date): Date | undefined {
  switch (schedule.kind) {
    case 'interval':
      return new Date(after.getTime() + schedule.seconds * 1000);
    case 'clock':
      return schedule.cron.nextRun(after) ?? undefined;
    case 'reboot':
      return undefined;
    default: {
      const never: never = schedule;
      return never;
    }
  }
}
