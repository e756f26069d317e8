/**
 * Sends what is due until nothing is, so many at once. Each push is reported as soon as its service has answered, so that a worker
 * that dies leaves few of which nobody knows; those are sent again when their lease is over, under the same topic and tag.
 */
import type { Breaker } from './breaker.ts';
import type { Outcome, Send } from './send.ts';
import type { Due, Work } from './work.ts';

export interface Drained {
  sent: number;
  /** Tried again later, or given up: the database decides. */
  failed: number;
  /** Subscriptions that are over. */
  gone: number;
  /** Given back untried: their service is down, or the time was over. */
  released: number;
  /** Ended with something left to do. */
  isUnfinished: boolean;
}

export interface DrainOptions {
  breaker: Breaker;
  /** Whether there is time for another push. @param begun how many were begun */
  mayGoOn: (begun: number) => boolean;
  /** Resolves after so long, or when somebody rings. */
  wait: (ms: number) => Promise<void>;
  atOnce?: number;
}

const AT_ONCE = 20;
/** Little more than is on its way at a time: what a worker that dies has claimed waits until the lease is over. */
const BATCH = 40;
/** The ring comes when something is wanted; it is due a moment later. */
const WORTH_WAITING_MS = 10_000;
/** How often nothing may be given out although something is due: it may be what was read in the meantime, or another worker's. */
const EMPTY_MAX = 25;

/** @throws {Error} when the database refuses, after what was begun has ended */
export async function drain(work: Work, send: Send, options: DrainOptions): Promise<Drained> {
  const { breaker, mayGoOn, wait, atOnce = AT_ONCE } = options;
  const drained: Drained = { sent: 0, failed: 0, gone: 0, released: 0, isUnfinished: false };
  const claimed: Due[] = [];
  let claiming: Promise<void> | undefined;
  let begun = 0;
  let empty = 0;
  let isDry = false;
  let failure: unknown;

  async function claim(): Promise<void> {
    try {
      const servicesDown = breaker.down();
      const due = await work.claim(BATCH, servicesDown);
      claimed.push(...due);
      empty = due.length > 0 ? 0 : empty + 1;
      if (empty === 0) return;
      const ms = await work.nextInMs();
      // With a service down, what is due may be what waits for it.
      if (ms === null || ms > WORTH_WAITING_MS || (ms === 0 && (servicesDown.length > 0 || empty > EMPTY_MAX))) isDry = true;
      else if (ms > 0) await wait(ms);
    } catch (error) {
      failure = error;
      isDry = true;
    }
  }

  async function next(): Promise<Due | undefined> {
    while (mayGoOn(begun)) {
      // Before there is nothing left, so that nobody has to wait for it.
      if (claimed.length < atOnce && !isDry) claiming ??= claim().finally(() => (claiming = undefined));
      const due = claimed.shift();
      if (due) return due;
      if (!claiming) return undefined;
      await claiming;
    }
    return undefined;
  }

  async function runner(): Promise<void> {
    for (let due = await next(); due; due = await next()) {
      const { origin } = due.subscription;
      if (!breaker.mayPass(origin)) {
        await work.released(due);
        drained.released += 1;
        continue;
      }
      begun += 1;
      const outcome = await send(due);
      // While it was tried, nothing was claimed for it.
      if (learn(breaker, origin, outcome)) drained.isUnfinished = true;
      await report(work, due, outcome);
      drained[outcome.kind] += 1;
    }
  }

  const ends = await Promise.allSettled(Array.from({ length: atOnce }, runner));
  await claiming;
  drained.isUnfinished ||= !isDry;
  for (const due of claimed) await work.released(due);
  drained.released += claimed.length;
  failure ??= ends.find((end) => end.status === 'rejected')?.reason;
  if (failure) throw failure;
  return drained;
}

/**
 * A service that answers is up, whatever it thinks of this push; one that has too much to do, or does not answer, is not.
 * @returns whether it is back after a rest
 */
function learn(breaker: Breaker, origin: string, outcome: Outcome): boolean {
  const isDown = outcome.kind === 'failed' && (outcome.status === null || outcome.status === 429 || outcome.status >= 500);
  if (!isDown) return breaker.worked(origin);
  breaker.failed(origin, (outcome.retryAfterS ?? 0) * 1000);
  return false;
}

function report(work: Work, due: Due, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'sent') return work.sent(due, outcome.status);
  if (outcome.kind === 'gone') return work.failed(due, outcome.status, outcome.error, null, true);
  return work.failed(due, outcome.status, outcome.error, outcome.retryAfterS, false);
}
