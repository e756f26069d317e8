/** Pure parts of the screens for teams and devices. */
import { expect, test } from 'vitest';
import type { Channel, Project } from '#lib/api/channels.ts';
import { deviceOf } from '#lib/format/device.ts';
import { Loaded } from '#lib/state/loaded.svelte.ts';
import { channelGroups } from '../../web/routes/(app)/teams/[id]/channel-groups.ts';

const channel = (title: string, change: Partial<Channel> = {}): Channel => ({
  id: title,
  title,
  description: null,
  projectId: null,
  memberCount: 1,
  isPublic: true,
  isDefault: false,
  role: null,
  isArchived: false,
  ...change
});
const project = (id: string, archivedAt: Date | null = null): Project => ({
  id,
  name: id,
  description: null,
  createdBy: null,
  archivedAt
});
const shown = (groups: ReturnType<typeof channelGroups>) =>
  groups.map(({ key, channels }) => [key, channels.map(({ id }) => id)]);

test('channels stand with their project, what is put away at the end', () => {
  const groups = channelGroups(
    [
      channel('a'),
      channel('b', { projectId: 'p2' }),
      channel('c', { isArchived: true, projectId: 'p2' }),
      channel('d', { projectId: 'not to be seen' })
    ],
    [project('p1', new Date(0)), project('p2')],
    ''
  );
  expect(shown(groups)).toEqual([
    ['none', ['a', 'd']],
    ['p2', ['b']],
    ['p1', []],
    ['archived', ['c']]
  ]);
});

test('a text finds channels by title and description, and leaves out empty projects', () => {
  const channels = [channel('Prices'), channel('Other', { description: 'All PRICES of spring', projectId: 'p1' })];
  expect(shown(channelGroups(channels, [project('p1'), project('p2')], ' prices'))).toEqual([
    ['none', ['Prices']],
    ['p1', ['Other']]
  ]);
  expect(channelGroups(channels, [project('p1')], 'nothing')).toEqual([]);
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36', 'Chrome', 'Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge', 'Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1',
    'Safari',
    'iPhone'
  ],
  ['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox', 'Android'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.0 Safari/605.1', 'Safari', 'macOS'],
  ['node', null, null],
  [null, null, null]
])('%s is a device', (userAgent, browser, system) => {
  expect(deviceOf(userAgent)).toEqual({ browser, system });
});

test('what is loaded again stays until the new answer is there, and only the newest counts', async () => {
  const answers: PromiseWithResolvers<string>[] = [];
  const loaded = new Loaded(() => {
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  });
  expect([loaded.value, loaded.busy]).toEqual([undefined, true]);
  answers[0]!.resolve('first');
  await answers[0]!.promise;
  await Promise.resolve();
  expect([loaded.value, loaded.busy]).toEqual(['first', false]);
  const [older, newer] = [loaded.reload(), loaded.reload()];
  answers[2]!.resolve('newest');
  await newer;
  answers[1]!.resolve('late');
  await older;
  expect(loaded.value).toBe('newest');
  const failing = loaded.reload();
  answers[3]!.reject(new Error('gone'));
  await failing;
  expect([loaded.value, loaded.error]).toEqual(['newest', new Error('gone')]);
});
