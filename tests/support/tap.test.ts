import { describe, expect, test } from 'vitest';
import { judgeTap, parseTap } from './tap.ts';

const judge = (text: string, error?: string) => judgeTap(parseTap(text), error);

describe('a file of assertions', () => {
  test('passes when all that were planned are ok', () => {
    expect(judge('1..2\nok 1 - one\nok 2 - two')).toEqual({ passed: 2, failed: 0, problems: [] });
  });

  test('names what failed, with what was had and wanted', () => {
    const text = '1..2\nok 1 - one\nnot ok 2 - two\n# Failed test 2: "two"\n#         have: 1\n#         want: 2';
    expect(judge(text)).toEqual({
      passed: 1,
      failed: 1,
      problems: ['not ok 2 - two\n# Failed test 2: "two"\n#         have: 1\n#         want: 2']
    });
  });

  test.each([
    ['fewer than planned', '1..3\nok 1\nok 2', 'planned 3 assertions, ran 2'],
    ['more than planned', '1..1\nok 1\nok 2', 'planned 1 assertions, ran 2'],
    ['none at all', '', 'no plan: the file asserts nothing that could be counted']
  ])('fails with %s', (_what, text, problem) => {
    expect(judge(text)).toMatchObject({ failed: 1, problems: [problem] });
  });

  test('fails when it stopped, and says after which', () => {
    expect(judge('1..3\nok 1\nok 2', 'line 7: 42P01 no such table')).toMatchObject({
      passed: 2,
      failed: 1,
      problems: ['stopped after assertion 2: line 7: 42P01 no such table']
    });
  });

  test('passes over what is not TAP', () => {
    expect(judge('1..1\n\nsomething that a function returned\nok 1 - one')).toMatchObject({ passed: 1, failed: 0 });
  });

  test('does not excuse a failure that is marked as to be done', () => {
    expect(judge('1..1\nnot ok 1 - later # TODO')).toMatchObject({ failed: 1 });
  });
});
