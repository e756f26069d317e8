/** Reads the output of pgTAP (Test Anything Protocol, version 12: testanything.org). */

export interface Assertion {
  number: number;
  ok: boolean;
  description: string;
  /** The `#` lines that follow it: what was had and what was wanted. */
  diagnostics: string[];
}

export interface TapReport {
  /** How many assertions the file announced; undefined when it announced none. */
  planned: number | undefined;
  assertions: Assertion[];
}

export interface TapVerdict {
  passed: number;
  failed: number;
  /** One text per failure, ready to be printed. */
  problems: string[];
}

const PLAN = /^1\.\.(\d+)/;
const RESULT = /^(not )?ok (\d+)(?: - (.*))?$/;

/** `text` is everything that the file's statements returned, in order; lines that are not TAP are passed over. */
export function parseTap(text: string): TapReport {
  const report: TapReport = { planned: undefined, assertions: [] };
  for (const line of text.split('\n')) {
    const plan = PLAN.exec(line);
    if (plan) report.planned = Number(plan[1]);
    const result = RESULT.exec(line);
    if (result) {
      report.assertions.push({ number: Number(result[2]), ok: !result[1], description: result[3] ?? '', diagnostics: [] });
    } else if (line.startsWith('#')) {
      report.assertions.at(-1)?.diagnostics.push(line);
    }
  }
  return report;
}

/** What counts: every assertion that failed, and every way in which a file can end without having said all that it meant to. */
export function judgeTap({ planned, assertions }: TapReport, error?: string): TapVerdict {
  const wrong = assertions.filter((assertion) => !assertion.ok);
  const problems = wrong.map(({ number, description, diagnostics }) =>
    [`not ok ${number} - ${description}`, ...diagnostics].join('\n')
  );
  if (error !== undefined) problems.push(`stopped after assertion ${assertions.at(-1)?.number ?? 0}: ${error}`);
  else if (planned === undefined) problems.push('no plan: the file asserts nothing that could be counted');
  else if (planned !== assertions.length) problems.push(`planned ${planned} assertions, ran ${assertions.length}`);
  return { passed: assertions.length - wrong.length, failed: problems.length, problems };
}
