import { expect, test } from 'vitest';
import { Report, type StepResult } from './steps.ts';

async function reported(...results: (StepResult | Error)[]): Promise<{ text: string; code: number }> {
  let text = '';
  const report = new Report((part) => (text += part));
  for (const [n, result] of results.entries()) {
    await report.run({
      name: `step ${n}`,
      run: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve(result))
    });
  }
  const code = report.finish();
  return { text, code };
}

const result = (passed: number, failed: number, output = ''): StepResult => ({ passed, failed, output });

test('the last line sums up, and the exit code is 0 when nothing failed', async () => {
  const { text, code } = await reported(result(3, 0), result(4, 0));
  expect(text.trimEnd().split('\n').at(-1)).toBe('7 passed, 0 failed');
  expect(code).toBe(0);
});

test('a failure shows its output, and the exit code is 1', async () => {
  const { text, code } = await reported(result(3, 0, 'what passes is quiet'), result(1, 2, 'what went wrong'));
  expect(text).toContain('what went wrong');
  expect(text).not.toContain('what passes is quiet');
  expect(text.trimEnd().split('\n').at(-1)).toBe('4 passed, 2 failed');
  expect(code).toBe(1);
});

test('a step that throws is a failure', async () => {
  const { text, code } = await reported(result(1, 0), new Error('no such program'));
  expect(text).toContain('no such program');
  expect(code).toBe(1);
});

test('a step in which nothing ran is a failure', async () => {
  expect((await reported(result(0, 0))).code).toBe(1);
});
