/** Shows what a push brings. Always something: a browser takes the permission away from who is pushed to and shows nothing. */
import { self } from '$app/service-worker';
import type { Payload, Shown } from '../lib/notifications/payload.ts';
import { indexedDbKeys } from '../lib/chat/encryption/indexeddb-keys.ts';
import { indexedDbStore } from '../lib/chat/outbox/indexeddb-store.ts';
import { optionsFor, readPayload } from './push-options.ts';
import { openedWords } from './opened-words.ts';
import { rememberedSender } from './remembered-sender.ts';
import { wordsFor } from './words.ts';

export async function show(data: PushMessageData | null): Promise<void> {
  const read = readPayload(data);
  const payload = read && (await opened(read));
  const words = wordsFor(self.navigator.language);
  if (!payload) return self.registration.showNotification(words.something, { tag: 'parley' });
  // Told twice, as a repeated attempt may: it is shown already, with the same sound once.
  const before = await self.registration.getNotifications({ tag: payload.tag });
  const isRepeated = payload.key !== undefined && before.some(({ data }) => (data as Shown | null)?.key === payload.key);
  // The platform's types do not know it: how many actions are shown.
  const { maxActions } = Notification as { maxActions?: number };
  await self.registration.showNotification(payload.title, optionsFor(payload, isRepeated, words, maxActions));
  if (payload.badge !== undefined && 'setAppBadge' in self.navigator)
    await self.navigator.setAppBadge(payload.badge).catch(() => {});
}

/** With the words of an encrypted message where this device can open it; else as it came. */
async function opened(payload: Payload): Promise<Payload> {
  if (!payload.encrypted) return payload;
  const store = indexedDbStore();
  try {
    const me = await rememberedSender();
    return me ? { ...payload, ...(await openedWords(payload, me, indexedDbKeys(), await store.records(me))) } : payload;
  } catch {
    return payload;
  } finally {
    await store.close();
  }
}
