/** Milliseconds that something took, and what came of it. */
export async function timed<Value>(work: () => Promise<Value>): Promise<{ ms: number; value: Value }> {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

export const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

/** One line: a name, milliseconds, and how many times as long as another. */
export const line = (name: string, ms: number, beside?: number): string =>
  `  ${name.padEnd(44)} ${ms.toFixed(2).padStart(9)} ms${beside === undefined ? '' : `  ${(ms / beside).toFixed(2)} ×`}`;
