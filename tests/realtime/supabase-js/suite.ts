export interface TestResult {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  reason?: string;
}

export interface Where {
  /** The package in the checkout. */
  directory: string;
  /** For files of the run. */
  home: string;
}

export interface Suite {
  name: string;
  /** Its results, or why it cannot be run here. */
  run(where: Where): Promise<TestResult[] | string>;
}

export const TIMEOUT_MS = 300_000;
