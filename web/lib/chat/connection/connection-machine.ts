import { backoffMs } from '../backoff.ts';
import type { ConnectionState } from './connection-state.ts';

/*
 * Staying connected, without doing it: time and chance come with every input.
 *
 *   stopped ── start ──→ trying ── ready ──→ live
 *                          ▲  │               │
 *        due, nudge, online│  └──── failed ───┤ failed
 *                          │                  ▼
 *                        waiting ◄────────────┘      offline: from any of them, and back to trying by online
 */
export type Link =
  | { readonly phase: 'stopped' }
  | { readonly phase: 'offline' }
  | { readonly phase: 'trying'; readonly failures: number }
  | { readonly phase: 'live'; readonly since: number; readonly failures: number }
  | { readonly phase: 'waiting'; readonly failures: number; readonly until: number };

/**
 * ready: subscribed, and sync() was asked. failed: an attempt or the connection was lost. due: `wakeAt` has come. nudge: there is reason to
 * believe that it works now (the page became visible, the person asked).
 */
export type LinkInput = 'start' | 'stop' | 'online' | 'offline' | 'ready' | 'failed' | 'due' | 'nudge';

/** try: connect, subscribe, sync. drop: leave everything that is joined, forget the attempt under way. */
export type LinkStep = { readonly link: Link; readonly effect: 'try' | 'drop' | null };

/** A connection that lasted this long starts the backoff anew; one that keeps breaking does not. */
const STEADY_MS = 10_000;
/** From so many failed attempts on, with the API answering, it counts as polling and not as a short interruption. */
const POLLING_AFTER = 2;

const stay = (link: Link): LinkStep => ({ link, effect: null });
const attempt = (failures: number): LinkStep => ({ link: { phase: 'trying', failures }, effect: 'try' });

export function stepLink(link: Link, input: LinkInput, now: number, random: () => number): LinkStep {
  if (input === 'stop') return link.phase === 'stopped' ? stay(link) : { link: { phase: 'stopped' }, effect: 'drop' };
  if (link.phase === 'stopped') return input === 'start' ? attempt(0) : stay(link);
  if (input === 'offline') return link.phase === 'offline' ? stay(link) : { link: { phase: 'offline' }, effect: 'drop' };
  switch (link.phase) {
    case 'offline':
      return input === 'online' || input === 'nudge' ? attempt(1) : stay(link);
    case 'trying':
      if (input === 'ready') return stay({ phase: 'live', since: now, failures: link.failures });
      return input === 'failed' ? wait(link.failures + 1, now, random) : stay(link);
    case 'live':
      if (input !== 'failed') return stay(link);
      return wait(now - link.since >= STEADY_MS ? 1 : link.failures + 1, now, random);
    case 'waiting':
      if (input === 'due' && now < link.until) return stay(link);
      return input === 'due' || input === 'nudge' || input === 'online' ? attempt(link.failures) : stay(link);
    default: {
      const never: never = link;
      return never;
    }
  }
}

const wait = (failures: number, now: number, random: () => number): LinkStep => ({
  link: { phase: 'waiting', failures, until: now + backoffMs(failures, random) },
  effect: 'drop'
});

/** When `due` is to be said. */
export const wakeAt = (link: Link): number | null => (link.phase === 'waiting' ? link.until : null);

/** What the app is told. `apiAnswers`: the last sync() succeeded. */
export function shownConnection(
  link: Link,
  apiAnswers: boolean,
  reason: 'not_started' | 'stopped' | 'signed_out'
): ConnectionState {
  switch (link.phase) {
    case 'stopped':
      return { phase: 'stopped', reason };
    case 'offline':
      return { phase: 'offline' };
    case 'live':
      return { phase: apiAnswers ? 'live' : 'receiving' };
    case 'trying':
      if (link.failures === 0) return { phase: 'connecting' };
      return {
        phase: apiAnswers && link.failures >= POLLING_AFTER ? 'polling' : 'reconnecting',
        nextAttemptAt: null,
        attempt: link.failures
      };
    case 'waiting':
      return {
        phase: apiAnswers && link.failures >= POLLING_AFTER ? 'polling' : 'reconnecting',
        nextAttemptAt: link.until,
        attempt: link.failures
      };
    default: {
      const never: never = link;
      return never;
    }
  }
}
