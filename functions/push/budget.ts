/** How much one run may do: the platform ends a request that computes for 2 s, and a ring waits for 30 s. */
export interface Limits {
  wallMs: number;
  cpuMs: number;
  /** For a runtime that does not say how much it has computed. */
  pushes: number;
}

export const LIMITS: Limits = { wallMs: 25_000, cpuMs: 1_200, pushes: 2_000 };

/** Milliseconds of computing so far; undefined where nobody knows. */
export type CpuTime = () => number | undefined;

/** Whether a run that begins now may begin another push. */
export function budget(limits: Limits, cpuTime: CpuTime, now: () => number = () => performance.now()) {
  const started = now();
  const cpuStarted = cpuTime() ?? 0;
  return (begun: number): boolean =>
    begun < limits.pushes && now() - started < limits.wallMs && (cpuTime() ?? 0) - cpuStarted < limits.cpuMs;
}
