import { expect, test } from 'vitest';
import { answerFor } from '../../web/service-worker/answer.ts';

const ownOrigin = 'https://parley.example';
const files = new Set(['/_app/immutable/entry.abc.js', '/favicon.svg']);
const asked = (url: string, mode = 'cors', method = 'GET') =>
  answerFor({ method, mode, url: new URL(url, ownOrigin), ownOrigin, files });

test('the app’s files are kept, its pages come from the network first, everything else is left alone', () => {
  expect(asked('/_app/immutable/entry.abc.js')).toBe('kept');
  expect(asked('/favicon.svg')).toBe('kept');
  expect(asked('/chats/1', 'navigate')).toBe('page');
  expect(asked('/config.json')).toBe('network');
  expect(asked('https://api.example/rest/v1/messages')).toBe('network');
  expect(asked('https://elsewhere.example/favicon.svg')).toBe('network');
  expect(asked('/favicon.svg', 'cors', 'POST')).toBe('network');
  expect(asked('/share', 'navigate', 'POST')).toBe('shared');
  expect(asked('/share', 'navigate')).toBe('page');
  expect(asked('https://elsewhere.example/share', 'navigate', 'POST')).toBe('network');
});
