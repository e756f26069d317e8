import { locale } from '#lib/i18n/words.svelte.ts';

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000]
];

/** "in 3 days", "in 5 minutes": how long until a moment to come, in whole units of the largest that fits. */
export function timeLeft(until: Date, now: Date, tag = locale()): string {
  const left = Math.max(0, until.getTime() - now.getTime());
  const [unit, ms] = UNITS.find(([, size]) => left >= size) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat(tag, { numeric: 'always' }).format(Math.floor(left / ms), unit);
}
