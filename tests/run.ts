/**
 * `npm test`: every check and every test, against one stack of its own, which disturbs no other. Options:
 *   --only NAME[,NAME…]   some of the steps
 *   FILTER…               within db, vitest and e2e: the files whose name contains one of these
 */
import { parseArgs } from 'node:util';
import * as checks from './support/checks.ts';
import { Report, type Step } from './support/steps.ts';
import * as suites from './support/suites.ts';
import { addressesOf, startTestStack, type TestStack } from './support/test-stack.ts';

const report = new Report();
const { values, positionals: filters } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });

/** Beside the stack's start, and not waited for by what needs it. */
const BESIDE: Step[] = [
  { name: 'format', run: checks.format },
  { name: 'lint', run: checks.lint },
  { name: 'types', run: checks.types },
  { name: 'types:functions', run: checks.functionTypes },
  { name: 'lockfile', run: checks.lockfile }
];

/** One after the other, on the stack. */
const onStack = (stack: TestStack): Step[] => {
  const options = { addresses: addressesOf(stack), filters };
  return [
    // After the stack has built the app: both write SvelteKit's generated files.
    { name: 'types:web', run: checks.webTypes },
    { name: 'types:database', run: () => checks.databaseTypes(stack.dbUrl) },
    { name: 'advisors', run: () => checks.advisors(stack.dbUrl) },
    { name: 'db', run: () => suites.database(stack.dbUrl, filters) },
    { name: 'vitest', run: () => suites.vitest(options) },
    { name: 'e2e', run: () => suites.e2e(options, (line) => report.say(line)) }
  ];
};

const NAMES = [...BESIDE, ...onStack({} as TestStack)].map(({ name }) => name);
const only = values.only?.split(',') ?? NAMES;
const unknown = only.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`No step is called ${unknown.join(', ')}. There are ${NAMES.join(', ')}.`);
  process.exit(2);
}
const wanted = ({ name }: Step) => only.includes(name);

async function runAll(steps: Step[]): Promise<void> {
  for (const step of steps.filter(wanted)) await report.run(step);
}

let stack: TestStack | undefined;

async function bootAndRun(): Promise<void> {
  if (!onStack({} as TestStack).some(wanted)) return;
  const booted = await report.run({
    name: 'stack',
    async run() {
      stack = await startTestStack({ web: only.includes('e2e') ? 'built' : undefined, log: (line) => report.say(line) });
      return { passed: 1, failed: 0, output: '' };
    }
  });
  if (booted && stack) await runAll(onStack(stack));
}

async function stop(): Promise<void> {
  await stack?.stop();
  stack = undefined;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stop().finally(() => process.exit(130)));
}

await Promise.all([runAll(BESIDE), bootAndRun()]);
await stop();
process.exit(report.finish());
