/** The steps of a test run: one line each while they run, the full output of those that fail, and a table at the end. */
import pc from 'picocolors';

export interface StepResult {
  passed: number;
  failed: number;
  skipped?: number;
  /** Shown when something failed. */
  output: string;
}

export interface Step {
  /** What `--only` selects by, and what the table shows. */
  name: string;
  run(): Promise<StepResult>;
}

interface Row extends StepResult {
  name: string;
  ms: number;
}

export class Report {
  readonly #rows: Row[] = [];
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = (text) => process.stdout.write(text)) {
    this.#write = write;
  }

  say(line: string): void {
    this.#write(`${pc.dim(line)}\n`);
  }

  /** Runs the step; whatever it throws is one failure of it. Returns whether all of it passed. */
  async run(step: Step): Promise<boolean> {
    const started = performance.now();
    const result = await step.run().catch((error: unknown): StepResult => ({
      passed: 0,
      failed: 1,
      output: error instanceof Error ? (error.stack ?? error.message) : String(error)
    }));
    // A step in which nothing ran has shown nothing.
    if (result.passed + result.failed === 0)
      Object.assign(result, { failed: 1, output: `${result.output}\nnothing was tested\n` });
    const row: Row = { ...result, name: step.name, ms: performance.now() - started };
    this.#rows.push(row);
    this.#write(`${mark(row)} ${counts(row)} ${pc.dim(seconds(row.ms))}\n`);
    if (row.failed > 0) this.#write(`${row.output.trimEnd()}\n\n`);
    return row.failed === 0;
  }

  /** Prints the table, the last line of it being `N passed, N failed`. Returns the exit code. */
  finish(): number {
    const width = Math.max(...this.#rows.map((row) => row.name.length), 4);
    this.#write(`\n${'step'.padEnd(width)}  passed  failed  skipped      time\n`);
    for (const { name, passed, failed, skipped = 0, ms } of this.#rows) {
      const figures = [`${passed}`.padStart(6), `${failed}`.padStart(6), `${skipped}`.padStart(7), seconds(ms).padStart(8)];
      this.#write(`${name.padEnd(width)}  ${figures.join('  ')}\n`);
    }
    const passed = this.#rows.reduce((sum, row) => sum + row.passed, 0);
    const failed = this.#rows.reduce((sum, row) => sum + row.failed, 0);
    this.#write(`\n${passed} passed, ${failed} failed\n`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }
}

function mark({ name, failed }: Row): string {
  return failed === 0 ? `${pc.green('✓')} ${name}` : `${pc.red('✗')} ${name}`;
}

function counts({ passed, failed, skipped = 0 }: Row): string {
  return [`${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`].filter(Boolean).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
