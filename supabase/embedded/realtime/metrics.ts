/**
 * What the server counts about itself, as plain numbers: counting must cost a busy server nothing. `http/metrics.ts` tells
 * them to Prometheus.
 */
import type { Log } from './log.ts';

/** Why a message went no further. */
export type DropReason = 'refused' | 'rate_limited' | 'slow_reader' | 'not_representable';

export class Metrics {
  messagesIn = 0;
  bytesIn = 0;
  messagesOut = 0;
  bytesOut = 0;
  /** Broadcasts accepted, from clients, by REST and from the database. */
  broadcasts = 0;
  /** Accepted calls of track and untrack. */
  presenceCalls = 0;
  joins = { ok: 0, error: 0 };
  readonly dropped: Record<DropReason, number> = { refused: 0, rate_limited: 0, slow_reader: 0, not_representable: 0 };
  /** Warnings and errors of the log, by code: every refusal is one. */
  readonly problems = new Map<string, number>();
  /** Called with the milliseconds from a commit to its messages being handed on. */
  onCommit: (lagMs: number) => void = () => undefined;
  /** Called with the milliseconds that the policies took to answer, waiting for a connection included. */
  onAnswer: (right: 'read' | 'write', ms: number) => void = () => undefined;
  /** Called with the milliseconds from a join's arrival to its answer. */
  onJoin: (ms: number) => void = () => undefined;

  /** The log, with its warnings and errors counted, whatever it leaves unwritten. */
  counting(log: Log): Log {
    return (level, code, message, details) => {
      if (level === 'warning' || level === 'error') this.problems.set(code, (this.problems.get(code) ?? 0) + 1);
      log(level, code, message, details);
    };
  }
}
