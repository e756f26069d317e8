import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LinkPreview, previewIn } from '#lib/chat/link-preview.ts';
import { linksIn } from '#lib/format/links.ts';
import { Composition } from '#lib/state/composition.svelte.ts';
import { LinkPreviewing } from '#lib/state/link-previewing.svelte.ts';
import { FakeView, message, summary } from './fake-chat.ts';

const of = (url: string): LinkPreview => ({ url, title: `Title of ${url}` });
let asked: string[];
let answer: (url: string) => Promise<LinkPreview | null>;
let previewing: LinkPreviewing;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = (url) => Promise.resolve(of(url));
  previewing = new LinkPreviewing({ ask: (url) => (asked.push(url), answer(url)), linksOf: linksIn, pauseMs: 500 });
});
afterEach(() => {
  vi.useRealTimers();
});

const pause = () => vi.advanceTimersByTimeAsync(500);
const A = 'https://a.example/page';
const B = 'https://b.example/';

test('the page is asked when nobody has written for a moment, and once', async () => {
  for (const text of ['https://a.example', `${A.slice(0, -1)}`, A]) {
    previewing.at(`See ${text}`);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(asked).toEqual([]);
  await pause();
  previewing.at(`See ${A}, and tell me`);
  await pause();
  expect([asked, previewing.found]).toEqual([[A], of(A)]);
});

test('it goes with its link, and another link has its own', async () => {
  previewing.at(A);
  await pause();
  previewing.at('');
  expect(previewing.found).toBeNull();
  previewing.at(B);
  await pause();
  expect(previewing.found).toEqual(of(B));
});

test('an answer that comes when the link is gone is for nobody', async () => {
  const late = Promise.withResolvers<LinkPreview | null>();
  answer = () => late.promise;
  previewing.at(A);
  await pause();
  previewing.at('no link');
  late.resolve(of(A));
  await vi.advanceTimersByTimeAsync(0);
  expect(previewing.found).toBeNull();
});

test('what was taken away does not come again, until that text is sent', async () => {
  previewing.at(A);
  await pause();
  previewing.dismiss();
  previewing.at(`${A} `);
  previewing.at(`Again ${A}`);
  await pause();
  expect([previewing.found, asked]).toEqual([null, [A]]);
  expect(previewing.take(`Again ${A}`)).toBeUndefined();
  previewing.at(A);
  await pause();
  expect(previewing.found).toEqual(of(A));
});

test('it goes along with what is sent, if it is still of a link in it', async () => {
  previewing.at(A);
  await pause();
  expect(previewing.take(`See ${A}`)).toEqual(of(A));
  expect(previewing.found).toBeNull();
  previewing.at(A);
  await pause();
  expect(previewing.take('Without')).toBeUndefined();
});

test('what fails, and what is no page, has none', async () => {
  answer = () => Promise.reject(new Error('offline'));
  previewing.at(A);
  await pause();
  expect(previewing.found).toBeNull();
  previewing.at('mailto:bob@example.com and bob@example.com');
  await pause();
  expect(asked).toEqual([A]);
});

test('a message and an answer are sent with it', () => {
  const view = new FakeView(summary({ id: 'c1', title: 'Bob' }));
  const composition = new Composition(view, { get: () => '', replyTo: () => null, set: () => {}, find: () => undefined });
  composition.submit(A, of(A));
  composition.answer(message(4, 'what?'));
  composition.submit(B, of(B));
  expect(view.calls).toEqual([
    ['send', A, of(A)],
    ['reply', 4, B, of(B)]
  ]);
});

test.each([
  ['the link is in the text', `See ${A}`, of(A), of(A)],
  ['it is not, any more', 'See', of(A), null],
  ['it leads nowhere on the Web', 'javascript:alert(1)', of('javascript:alert(1)'), null],
  ['it is no address', 'https://', of('https://'), null],
  ['there is none', A, null, null]
])('it is shown if %s', (_, content, preview, shown) => {
  expect(previewIn(content, preview)).toEqual(shown);
});
