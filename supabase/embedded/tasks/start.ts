/** `npm start` and `npm run dev`: the whole stack, until it is stopped. */
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { portsFromText } from '../ports.ts';
import { untilStopped } from '../process/until-stopped.ts';
import { startStack } from '../stack.ts';
import { openBrowser } from '../open-browser.ts';
import { statusText } from '../status.ts';

export const start = (args: string[]) => run('built', args);
export const dev = (args: string[]) => run('dev', args);

/** For a second stack beside the first: `npm start -- --home DIR --ports api=25321,db=25322,…`, and `--no-web`. */
const OPTIONS = {
  home: { type: 'string' },
  ports: { type: 'string', default: '' },
  web: { type: 'boolean', default: true }
} as const;

/** As shells number a Ctrl-C. */
const INTERRUPTED = 130;

async function run(kind: 'built' | 'dev', args: string[]): Promise<void> {
  const began = performance.now();
  const { values } = parseArgs({ args, options: OPTIONS, allowNegative: true });
  const stopping = untilStopped();
  const starting = startStack({
    home: values.home,
    ports: portsFromText(values.ports),
    web: values.web ? kind : undefined,
    log: (line) => console.log(pc.dim(`  ${line}`))
  });
  const stack = await Promise.race([starting, stopping.then(() => undefined)]);
  // What has been started so far ends with this process, and a half-made database is known as such to the next start.
  if (!stack) process.exit(INTERRUPTED);
  try {
    console.log(statusText(stack, stack.demo, performance.now() - began));
    if (stack.webUrl) openBrowser(stack.webUrl);
    const end = await Promise.race([stopping, stack.failed]);
    if (end instanceof Error) throw end;
    console.log(pc.dim('\n  Stopping…'));
  } finally {
    await stack.stop();
  }
}
