/** Shows what a push brings. Always something: a browser takes the permission away from who is pushed to and shows nothing. */
import { self } from '$app/service-worker';
import type { Shown } from '../lib/notifications/payload.ts';
import { optionsFor, readPayload } from './push-options.ts';
import { wordsFor } from './words.ts';

export async function show(data: PushMessageData | null): Promise<void> {
  const payload = readPayload(data);
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
