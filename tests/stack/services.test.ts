/** What happens to the stack when one of its services is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { descendants } from './processes.ts';

let stack: TestStack;
const lines: string[] = [];

beforeAll(async () => {
  stack = await startTestStack({ log: (line) => lines.push(line) });
});
afterAll(() => stack?.stop());

const read = () => fetch(`${stack.apiUrl}/rest/v1/profiles?select=id&limit=1`, { headers: { apikey: stack.secretKey } });

/** Kills the service whose command has these words, and says how requests were answered until they succeed again. */
async function killAndRead(words: string): Promise<number[]> {
  const service = descendants(process.pid).find(({ command }) => command.includes(words));
  process.kill(service!.pid, 'SIGKILL');
  const statuses: number[] = [];
  const deadline = Date.now() + 30_000;
  do {
    await delay(5);
    statuses.push((await read()).status);
  } while (statuses.at(-1) !== 200 && Date.now() < deadline);
  return statuses;
}

describe.runIf(process.platform === 'linux')(
  'a service that is killed is started again, and requests meanwhile get an answer',
  () => {
    test('PostgREST', async () => {
      const statuses = await killAndRead('/postgrest');
      expect(statuses.at(-1)).toBe(200);
      expect(statuses.slice(0, -1).every((status) => status === 503)).toBe(true);
      expect(lines.at(-1)).toMatch(/PostgREST ended unexpectedly \(SIGKILL\)/);
    });

    test('Postgres, after recovery', async () => {
      const statuses = await killAndRead('bin/postgres -D');
      expect(statuses.at(-1)).toBe(200);
      expect(statuses.slice(0, -1).every((status) => status >= 500)).toBe(true);
      expect(lines.some((line) => /Postgres ended unexpectedly/.test(line))).toBe(true);
    });
  }
);
