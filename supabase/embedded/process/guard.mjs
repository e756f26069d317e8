// Runs a program and ends it when the pipe on stdin closes, which is when whoever started it is gone.
// Usage: node guard.mjs SIGNAL COMMAND [ARG…]
import { spawn } from 'node:child_process';

const [signal, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => child.kill(name));
process.stdin
  .on('end', () => child.kill(signal))
  .on('error', () => child.kill(signal))
  .resume();
child.on('error', (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code, ended) => process.exit(code ?? (ended ? 1 : 0)));
