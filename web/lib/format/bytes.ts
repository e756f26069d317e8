import { locale } from '#lib/i18n/words.svelte.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size as people read it: 812 byte, 4.2 MB. */
export function bytesText(bytes: number, language = locale()): string {
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const unit = {
    style: 'unit',
    unit: UNITS[step]!,
    unitDisplay: 'short',
    maximumFractionDigits: step > 0 && value < 10 ? 1 : 0
  } as const;
  return new Intl.NumberFormat(language, unit).format(value);
}

/** Minutes and seconds: 0:07, 12:40. */
export function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
