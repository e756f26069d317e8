import { locale } from '#lib/i18n/words.svelte.ts';

/** An amount in minor units (cents) of an ISO 4217 currency: 1250, "EUR" → "€12.50". */
export function moneyText(minor: number, currency: string, tag = locale()): string {
  const format = new Intl.NumberFormat(tag, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1]
];

/** 3600 → "1 hour", 90 → "90 seconds": in the largest unit that is whole. */
export function durationName(seconds: number, tag = locale()): string {
  const [unit, size] = UNITS.find(([, size]) => seconds % size === 0) ?? ['second', 1];
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size);
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** 1536 → "1.5 kB": how large a file is. */
export function byteText(bytes: number, tag = locale()): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTES.length - 1);
  const unit = BYTES[step] ?? 'byte';
  return new Intl.NumberFormat(tag, { style: 'unit', unit, maximumFractionDigits: step > 1 ? 1 : 0 }).format(
    bytes / 1000 ** step
  );
}
