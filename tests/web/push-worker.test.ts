import { expect, test } from 'vitest';
import { requestFor } from '../../web/service-worker/action-request.ts';
import { optionsFor, readPayload } from '../../web/service-worker/push-options.ts';
import { actionsFor, wordsFor } from '../../web/service-worker/words.ts';

const CONVERSATION = '0190a000-0000-7000-8000-000000000001';
const words = wordsFor('en-GB');
const data = (value: unknown) => ({ json: (): unknown => value });
const message = {
  v: 1,
  kind: 'message',
  key: `message:${CONVERSATION}:7`,
  tag: `message:${CONVERSATION}`,
  title: 'Bob',
  body: 'Hello',
  url: `/chats/${CONVERSATION}?at=7`,
  conversation_id: CONVERSATION,
  seq: 7,
  timestamp: 1_700_000_000_000,
  priority: 'normal',
  actions: ['reply', 'mark_read', 'mute'],
  badge: 3
};

test('a message is shown in the place of the one before, heard, and remembers where it leads', () => {
  const payload = readPayload(data(message))!;
  expect(optionsFor(payload, false, words)).toEqual({
    body: 'Hello',
    icon: '/icons/192.png',
    tag: message.tag,
    renotify: true,
    silent: false,
    requireInteraction: false,
    timestamp: message.timestamp,
    actions: [
      { action: 'mark_read', title: 'Mark as read' },
      { action: 'mute', title: 'Mute for 8 hours' },
      { action: 'reply', title: 'Reply', type: 'text', placeholder: 'Write an answer' }
    ],
    data: { key: message.key, url: message.url, conversation_id: CONVERSATION, seq: 7 }
  });
  expect(optionsFor(payload, true, words)).toMatchObject({ renotify: false, silent: true });
});

test('what the system would refuse is not asked of it: renotify without a tag, or of what is silent', () => {
  expect(optionsFor(readPayload(data({ ...message, tag: '' }))!, false, words).renotify).toBe(false);
  expect(optionsFor(readPayload(data({ ...message, silent: true }))!, false, words)).toMatchObject({
    renotify: false,
    silent: true
  });
});

test('what is urgent stays on the screen', () => {
  const urgent = { ...message, kind: 'notification', require_interaction: true, actions: ['acknowledge'] };
  expect(optionsFor(readPayload(data(urgent))!, false, words)).toMatchObject({
    requireInteraction: true,
    actions: [{ action: 'acknowledge', title: 'I have seen it' }]
  });
});

test.each([
  ['nothing', null],
  ['no JSON', { json: () => JSON.parse('{') as unknown }],
  ['another version', data({ ...message, v: 2 })],
  ['no tag', data({ v: 1, kind: 'message', title: 'Bob' })]
])('%s is not understood, and something is shown all the same', (_, given) => {
  expect(readPayload(given)).toBeNull();
});

test('actions that this worker does not know are left out; the others are said in the person’s language', () => {
  expect(actionsFor(['mute', 'dance', 'mark_read'], wordsFor('de-AT')).map(({ title }) => title)).toEqual([
    '8 Stunden stumm',
    'Als gelesen markieren'
  ]);
});

test('where only two are shown, it is the first two of the push, the one with a field last', () => {
  const shown = optionsFor(readPayload(data(message))!, false, words, 2).actions?.map(({ action }) => action);
  expect(shown).toEqual(['mark_read', 'reply']);
});

test('an action is one call of the database', () => {
  const shown = { conversation_id: CONVERSATION, seq: 7 };
  expect(requestFor(shown, 'mark_read', 0)).toEqual({ name: 'mark_read', args: { marks: { [CONVERSATION]: 7 } } });
  expect(requestFor(shown, 'mute', 0)).toEqual({
    name: 'set_conversation_settings',
    args: { conversation_id: CONVERSATION, muted_until: '1970-01-01T08:00:00.000Z' }
  });
  expect(requestFor({ notification_id: CONVERSATION }, 'mark_read', 0)).toEqual({
    name: 'mark_notifications_read',
    args: { ids: [CONVERSATION] }
  });
  expect(requestFor({ notification_id: CONVERSATION }, 'acknowledge', 0)?.name).toBe('acknowledge_notification');
  expect([requestFor({}, 'mark_read', 0), requestFor({}, 'mute', 0), requestFor(shown, 'dance', 0)]).toEqual([null, null, null]);
});
