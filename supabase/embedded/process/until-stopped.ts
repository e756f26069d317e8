/** Waits until this process is to end: by a signal, or because the launcher that it belongs to is gone. */

/** A second signal within this time is the same Ctrl-C, come by two ways. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves with what asked for the end. Later, an impatient second signal ends the process at once. */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const stop = (reason: string) => {
      if (asked !== undefined && Date.now() - asked > SAME_SIGNAL_MS) process.exit(1);
      asked ??= Date.now();
      resolve(reason);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    if (process.channel) process.once('disconnect', () => stop('the launcher ended'));
  });
}
