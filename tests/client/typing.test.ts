import { describe, expect, test } from 'vitest';
import { quiet, stepTyping, type TypingInput } from '../../web/lib/chat/typing/typing-sender.ts';
import { TypingHub } from '../../web/lib/chat/typing/typing-hub.ts';
import { FakeClock } from './support/fake-clock.ts';

/** Plays inputs at times in ms; gives what was said, as `time:said`. The timer that was asked for is obeyed. */
function said(...inputs: [at: number, input: TypingInput][]): string[] {
  let state = quiet();
  let wakeAt: number | null = null;
  const log: string[] = [];
  const play = (at: number, input: TypingInput) => {
    const step = stepTyping(state, input, at);
    ({ state, wakeAt } = step);
    if (step.say !== null) log.push(`${at}:${step.say}`);
  };
  for (const [at, input] of inputs) {
    while (wakeAt !== null && wakeAt <= at) play(wakeAt, 'time_passed');
    play(at, input);
  }
  while (wakeAt !== null) play(wakeAt, 'time_passed');
  return log;
}

const keys = (...times: number[]): [number, TypingInput][] => times.map((at) => [at, 'keystroke']);

describe('what is said', () => {
  test.each<[name: string, inputs: [number, TypingInput][], expected: string[]]>([
    ['at the first keystroke, and 3 s after the last that it is over', keys(0), ['0:true', '3000:false']],
    ['once for many keystrokes', keys(0, 200, 400, 2900), ['0:true', '5900:false']],
    [
      'again at most every 3 s',
      keys(0, 1000, 2000, 2999, 3000, 4000, 5999, 6000),
      ['0:true', '3000:true', '6000:true', '9000:false']
    ],
    ['that it is over, when it was sent', [...keys(0, 500), [700, 'ended']], ['0:true', '700:false']],
    ['nothing, when nothing was typed', [[0, 'ended']], []],
    ['again on joining the room, which has not heard it', [...keys(0), [1000, 'joined']], ['0:true', '1000:true', '3000:false']],
    ['nothing on joining, when it is over', [...keys(0), [4000, 'joined']], ['0:true', '3000:false']],
    ['nothing on joining, when nothing was typed', [[0, 'joined']], []],
    ['anew after a pause', keys(0, 10_000), ['0:true', '3000:false', '10000:true', '13000:false']]
  ])('%s', (_name, inputs, expected) => {
    expect(said(...inputs)).toEqual(expected);
  });

  test('in a minute of typing is said 20 times, which is far from any limit', () => {
    const minute = Array.from({ length: 600 }, (_, index) => index * 100);
    expect(said(...keys(...minute)).length).toBe(21);
  });
});

describe('who is typing', () => {
  const hub = () => {
    const clock = new FakeClock();
    return { clock, hub: new TypingHub({ say: () => {}, clock }) };
  };
  const of = (typing: TypingHub) => typing.typing.current.get('c') ?? [];

  test('is known until 5 s after it was last heard', async () => {
    const { clock, hub: typing } = hub();
    typing.heard('c', 'bob', true);
    await clock.pass(3000);
    typing.heard('c', 'bob', true);
    await clock.pass(4999);
    expect(of(typing)).toEqual(['bob']);
    await clock.pass(1);
    expect(of(typing)).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('ends by saying so, by the message, by leaving', () => {
    const { hub: typing } = hub();
    for (const end of [() => typing.heard('c', 'bob', false), () => typing.clear('c', ['bob']), () => typing.forget('c')]) {
      typing.heard('c', 'bob', true);
      typing.heard('c', 'carol', true);
      expect(of(typing)).toEqual(['bob', 'carol']);
      end();
      expect(of(typing)).not.toContain('bob');
      typing.forget('c');
    }
  });

  test('tells its listeners only of changes', () => {
    const { hub: typing } = hub();
    let changes = 0;
    typing.typing.subscribe(() => (changes += 1));
    typing.heard('c', 'bob', true);
    typing.heard('c', 'bob', true);
    typing.clear('other', ['bob']);
    expect(changes).toBe(1);
  });
});
