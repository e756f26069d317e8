import { expect, test } from 'vitest';
import { nextDue, parseSchedule } from '../../supabase/embedded/jobs/cron-schedule.ts';

test.each([
  ['10 seconds', '2026-01-31T23:59:55.500Z', '2026-02-01T00:00:05.500Z'],
  ['* * * * *', '2026-01-31T23:59:55.500Z', '2026-02-01T00:00:00.000Z'],
  ['5 4 * * *', '2026-01-01T04:05:00.000Z', '2026-01-02T04:05:00.000Z'],
  ['*/15 9-17 * * mon-fri', '2026-01-02T17:45:00.000Z', '2026-01-05T09:00:00.000Z'],
  ['0 0 $ * *', '2026-02-01T00:00:00.000Z', '2026-02-28T00:00:00.000Z'],
  // A day of the month and a day of the week: either will do, as in every cron.
  ['0 0 13 * fri', '2026-02-01T00:00:00.000Z', '2026-02-06T00:00:00.000Z'],
  ['0 0 29 2 *', '2026-03-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ['@hourly', '2026-01-01T00:00:00.000Z', '2026-01-01T01:00:00.000Z']
])('%s after %s is due at %s', (text, after, due) => {
  expect(nextDue(parseSchedule(text), new Date(after))?.toISOString()).toBe(due);
});

test('@reboot is due at no time of the clock', () => {
  expect(nextDue(parseSchedule('@reboot'), new Date())).toBeUndefined();
});

test.each(['0 seconds', '60 seconds', '61 * * * *', 'soon'])('%j is no schedule', (text) => {
  expect(() => parseSchedule(text)).toThrow();
});
