import type { Subscribed } from '#lib/api/pushes.ts';

/** What the server needs of a browser's subscription; null for one that has no keys, which cannot be pushed to. */
export function subscribedOf(subscription: Pick<PushSubscription, 'toJSON'>): Subscribed | null {
  const { endpoint, keys } = subscription.toJSON();
  return endpoint && keys?.p256dh && keys.auth ? { endpoint, p256dh: keys.p256dh, auth: keys.auth } : null;
}

/** Options to subscribe with: every push is shown, and only this server's are taken. */
export const subscribeOptions = (vapidPublicKey: string): PushSubscriptionOptionsInit => ({
  userVisibleOnly: true,
  applicationServerKey: vapidPublicKey
});
