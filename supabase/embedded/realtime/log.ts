/** Structured log: one JSON object a line, with the reason of every refusal in words. */

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Log {
  (level: Exclude<LogLevel, 'silent'>, code: string, message: string, details?: Record<string, unknown>): void;
}

export function createLog(
  lowest: LogLevel,
  write: (line: string) => void = console.log,
  now: () => Date = () => new Date()
): Log {
  const threshold = LOG_LEVELS.indexOf(lowest);
  return (level, code, message, details) => {
    if (LOG_LEVELS.indexOf(level) < threshold) return;
    write(JSON.stringify({ time: now().toISOString(), level, code, message, ...details }));
  };
}

/** What went wrong underneath, for a log line. */
export function causeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return undefined;
  return cause instanceof Error ? cause.message : String(cause);
}
