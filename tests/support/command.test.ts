import { expect, test } from 'vitest';
import { runCommand } from './command.ts';

const node = (script: string, timeoutMs = 10_000) => runCommand([process.execPath, '-e', script], { cwd: '.', timeoutMs });

test('a program gives its code and all that it said', async () => {
  expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({
    code: 3,
    output: expect.stringMatching(/out[^]*err|err[^]*out/)
  });
});

test('a program that takes too long is ended, with what it started', async () => {
  const forever = 'setInterval(() => {}, 1000)';
  // The child has its parent's output open: as long as it runs, the command is not over.
  const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(forever)}], { stdio: 'inherit' })`;
  const { code, output } = await node(`${child}; ${forever}`, 1_000);
  expect(code).toBeNull();
  expect(output).toContain('more than it may take');
});

test('a program that is not there is an answer, not a crash', async () => {
  expect((await runCommand(['no-such-program-anywhere'], { cwd: '.', timeoutMs: 1_000 })).code).not.toBe(0);
});
