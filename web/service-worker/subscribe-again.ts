import { PushCalls } from '../lib/api/pushes.ts';
import { indexedDbStore } from '../lib/chat/outbox/indexeddb-store.ts';
import { newId } from '../lib/chat/ids.ts';
import { deviceLabel } from '../lib/push/device-label.ts';
import { subscribedOf, subscribeOptions } from '../lib/push/subscription.ts';
import { openBackend } from './backend.ts';

type Worker = {
  registration: { pushManager: Pick<PushManager, 'getSubscription' | 'subscribe'> };
  navigator: { userAgent: string };
};

/**
 * The browser has given up its subscription, or replaced it: the server is told of the new one. What fails here is made up for by the
 * app's next start, which tells it anyway.
 */
export async function subscribeAgain({ registration, navigator }: Worker): Promise<void> {
  const backend = await openBackend();
  const key = backend?.config.vapidPublicKey;
  if (!backend || !key) return;
  const { pushManager } = registration;
  const subscription = (await pushManager.getSubscription()) ?? (await pushManager.subscribe(subscribeOptions(key)));
  const subscribed = subscribedOf(subscription);
  const deviceId = await indexedDbStore().deviceId(newId());
  if (subscribed) await new PushCalls(backend.client).save(subscribed, deviceId, deviceLabel(navigator.userAgent));
}
