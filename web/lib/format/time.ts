import { locale, t } from '#lib/i18n/words.svelte.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

/** To make one takes a browser longer than to use it a hundred times: each is made once. */
function dateFormat(tag: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(tag, options);
  formats.set(key, format);
  return format;
}

const startOfDay = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Whole calendar days between two moments, in the reader's time zone; 0 for the same day. */
const daysBetween = (from: Date, to: Date) => Math.round((startOfDay(to) - startOfDay(from)) / DAY);

/** 14:05, in the reader's manner. */
export function clock(at: Date, tag = locale()): string {
  return dateFormat(tag, { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** For a list: "now", "5m", "14:05" today, "Yesterday", "Tue" this week, then a date. */
export function shortAgo(at: Date, now: Date, tag = locale()): string {
  const ago = now.getTime() - at.getTime();
  const days = daysBetween(at, now);
  if (ago < MINUTE) return t.time.now;
  if (ago < HOUR) return t.time.minutes(Math.floor(ago / MINUTE));
  if (days === 0) return clock(at, tag);
  if (days === 1) return t.time.yesterday;
  if (days < 7) return dateFormat(tag, { weekday: 'short' }).format(at);
  const sameYear = at.getFullYear() === now.getFullYear();
  return dateFormat(tag, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }).format(at);
}

/** For the line between two days of a conversation: "Today", "Yesterday", "Tuesday", "Tuesday, 3 March". */
export function dayName(at: Date, now: Date, tag = locale()): string {
  const days = daysBetween(at, now);
  if (days === 0) return t.time.today;
  if (days === 1) return t.time.yesterday;
  if (days > 1 && days < 7) return dateFormat(tag, { weekday: 'long' }).format(at);
  const sameYear = at.getFullYear() === now.getFullYear();
  return dateFormat(tag, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' })
  }).format(at);
}

/** "just now", "5 minutes ago", "yesterday", "3 days ago", then a date. */
export function longAgo(at: Date, now: Date, tag = locale()): string {
  const ago = now.getTime() - at.getTime();
  const format = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  if (ago < MINUTE) return t.time.justNow;
  if (ago < HOUR) return format.format(-Math.floor(ago / MINUTE), 'minute');
  if (ago < DAY) return format.format(-Math.floor(ago / HOUR), 'hour');
  if (ago < 7 * DAY) return format.format(-daysBetween(at, now), 'day');
  return t.time.on(dateFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' }).format(at));
}

/** Date and time in full, for whoever asks by pointing at it. */
export function fullTime(at: Date, tag = locale()): string {
  return dateFormat(tag, { dateStyle: 'full', timeStyle: 'short' }).format(at);
}

/** A date without a time: "3 Mar 2026". */
export function dateText(at: Date, locale?: string): string {
  return dateFormat(locale, { dateStyle: 'medium' }).format(at);
}

const LEFT: readonly (readonly [unit: string, size: number])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE]
];

/** What is left until a moment, in its largest unit: "3d", "2h", "59s"; nothing less than "1s" before it. */
export function timeLeft(until: Date, now: Date, tag = locale()): string {
  const left = Math.max(1000, until.getTime() - now.getTime());
  const [unit, size] = LEFT.find(([, size]) => left >= size) ?? ['second', 1000];
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'narrow' }).format(Math.ceil(left / size));
}

export const sameDay = (a: Date, b: Date): boolean => daysBetween(a, b) === 0;

export const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);
