/** `npm run status`: where the running stack is reached; `-- -o env` or `-- -o json` for scripts. */
import { parseArgs } from 'node:util';
import { demoPeople } from '../demo.ts';
import { StackError } from '../errors.ts';
import { readAddresses } from '../home.ts';
import { DEFAULT_HOME } from '../paths.ts';
import { statusEnv, statusText } from '../status.ts';

export async function status(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { output: { type: 'string', short: 'o', default: 'pretty' } } });
  const stack = await readAddresses(DEFAULT_HOME);
  if (!stack) throw new StackError('not_running', { path: DEFAULT_HOME });
  if (values.output === 'env') console.log(statusEnv(stack));
  else if (values.output === 'json') console.log(JSON.stringify(stack, null, 2));
  else console.log(statusText(stack, await demoPeople(stack.dbUrl)));
}
