/** Of times in milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Percentiles by the nearest rank. */
export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const ms = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(1));

export function formatSpread({ p50, p95, p99, max }: Spread): string {
  return `p50 ${ms(p50)} · p95 ${ms(p95)} · p99 ${ms(p99)} · max ${ms(max)} ms`;
}
