/** What a click on a notification does, with a tab open or without. */
import { self } from '$app/service-worker';
import { shownSchema, type Shown } from '../lib/notifications/payload.ts';
import { ownPath } from '../lib/notifications/path.ts';
import { requestFor } from './action-request.ts';
import { answerMessage } from './answer-message.ts';
import { openBackend, type Backend } from './backend.ts';
import { wordsFor } from './words.ts';

/**
 * `reply`: what was written into the notification, where the system has a field for it. Chromium on Linux names no action with it.
 */
export async function clicked(notification: Notification, action: string, reply: string | null): Promise<void> {
  notification.close();
  const { success, data } = shownSchema.safeParse(notification.data);
  const shown: Shown = success ? data : {};
  const content = reply?.trim();
  if (content && shown.conversation_id) {
    const isSent = await answerMessage(shown.conversation_id, content).catch(() => false);
    const { waits } = wordsFor(self.navigator.language);
    if (!isSent)
      await self.registration.showNotification(notification.title, { body: waits, tag: notification.tag, data: shown });
    return;
  }
  // Without a field to write into, the conversation is opened to be answered in.
  if (action === '' || action === 'reply') return go(shown.url);
  const backend = await openBackend().catch(() => null);
  const isDone = backend && (await act(backend, shown, action).catch(() => false));
  if (!isDone) await go(shown.url);
}

/** Whether the server has done it. */
async function act({ client }: Backend, shown: Shown, action: string): Promise<boolean> {
  const request = requestFor(shown, action, Date.now());
  if (!request) return false;
  const { error } = await client.rpc(request.name, request.args);
  return error === null;
}

/** To the tab that is open, or to a new one. */
async function go(url: string | undefined): Promise<void> {
  const path = ownPath(url) ?? '/chats';
  const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const tab = tabs.find(({ visibilityState }) => visibilityState === 'visible') ?? tabs[0];
  if (!tab) {
    await self.clients.openWindow(path);
    return;
  }
  // First of all: a browser that does not let the tab come forward shall at least lead it there.
  tab.postMessage({ type: 'parley/route', path });
  await tab.focus().catch(() => {});
}
