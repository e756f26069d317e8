/** `npm start` and `npm run dev`: the whole stack, until it is stopped. */
import pc from 'picocolors';
import { untilStopped } from '../process/until-stopped.ts';
import { startStack } from '../stack.ts';
import { openBrowser } from '../open-browser.ts';
import { statusText } from '../status.ts';

export const start = () => run('built');
export const dev = () => run('dev');

async function run(web: 'built' | 'dev'): Promise<void> {
  const began = performance.now();
  const stopping = untilStopped();
  const stack = await startStack({ web, log: (line) => console.log(pc.dim(`  ${line}`)) });
  try {
    console.log(statusText(stack, stack.demo, performance.now() - began));
    openBrowser(stack.webUrl);
    const end = await Promise.race([stopping, stack.failed]);
    if (end instanceof Error) throw end;
    console.log(pc.dim('\n  Stopping…'));
  } finally {
    await stack.stop();
  }
}
