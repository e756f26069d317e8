/** Waits for a service that has just been started to answer HTTP. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { StackError } from '../errors.ts';
import { exitOf, lastWords, stopService } from './spawn.ts';
import type { Running } from './supervise.ts';

export interface AnswerOptions {
  /** Name for messages. */
  service: string;
  /** Asked until it answers with anything below 500. */
  url: string;
  logFile: string;
  limitMs?: number;
}

const PAUSE_MS = 10;
const START_LIMIT_MS = 60_000;

/** The running service. @throws {StackError} service_failed when it ends, or has not answered in time; it is stopped then. */
export async function untilAnswers(
  child: ChildProcess,
  { service, url, logFile, limitMs = START_LIMIT_MS }: AnswerOptions
): Promise<Running> {
  const exited = exitOf(child);
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(limitMs)]);
  const ready = await Promise.race([answers(url, signal), exited.then(() => false)]);
  waiting.abort();
  if (!ready) {
    await stopService(child);
    throw new StackError('service_failed', { service, log: logFile, output: await lastWords(child) });
  }
  return { exited, stop: () => stopService(child) };
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const response = await fetch(url, { method: 'HEAD', signal }).catch(() => undefined);
    if (response && response.status < 500) return true;
    await delay(PAUSE_MS);
  }
  return false;
}
