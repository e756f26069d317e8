import type { SupabaseClient } from '@supabase/supabase-js';
import { PushCalls } from '#lib/api/pushes.ts';
import type { Config } from '#lib/config.ts';
import { deviceLabel } from './device-label.ts';
import { subscribedOf, subscribeOptions } from './subscription.ts';

/**
 * Whether this browser takes pushes.
 * unsupported: it cannot, or the server sends none. denied: the person has forbidden it to the browser. off, on: as they want it.
 */
export type PushState = 'unknown' | 'unsupported' | 'denied' | 'off' | 'on';

/** Pushes to this browser: switched on only when the person asks for it, refreshed at each start, gone with the sign-out. */
export class PushDevice {
  #state = $state<PushState>('unknown');
  readonly #calls: PushCalls;
  readonly #vapidPublicKey: string | undefined;
  readonly #deviceId: () => Promise<string>;

  constructor(client: SupabaseClient, { vapidPublicKey }: Pick<Config, 'vapidPublicKey'>, deviceId: () => Promise<string>) {
    this.#calls = new PushCalls(client);
    this.#vapidPublicKey = vapidPublicKey;
    this.#deviceId = deviceId;
  }

  get state(): PushState {
    return this.#state;
  }

  /** Looks how it is, and tells the server again where pushes go, which the browser may have changed. Never rejects. */
  async refresh(): Promise<void> {
    if (!this.#vapidPublicKey || !isSupported()) {
      this.#state = 'unsupported';
      return;
    }
    if (Notification.permission === 'denied') {
      this.#state = 'denied';
      return;
    }
    try {
      const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
      this.#state = subscription && Notification.permission === 'granted' ? 'on' : 'off';
      if (subscription && this.#state === 'on') await this.#save(subscription);
    } catch (error) {
      // Without a network: it is told at the next start.
      console.debug('[parley] push_not_refreshed', error);
    }
  }

  /** From a click only: the browser asks the person. Rejects when the browser or the server cannot. */
  async enable(): Promise<void> {
    if (!this.#vapidPublicKey) return;
    const permission = await Notification.requestPermission();
    if (permission !== 'granted') {
      this.#state = permission === 'denied' ? 'denied' : 'off';
      return;
    }
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe(subscribeOptions(this.#vapidPublicKey));
    await this.#save(subscription);
    this.#state = 'on';
  }

  /** Also before signing out. Works without a network: what is sent to this browser then finds nobody. */
  async disable(): Promise<void> {
    if (!isSupported()) return;
    const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
    if (!subscription) return;
    await this.#calls.remove(subscription.endpoint).catch((error: unknown) => console.debug('[parley] push_not_removed', error));
    await subscription.unsubscribe();
    this.#state = 'off';
  }

  async #save(subscription: PushSubscription): Promise<void> {
    const subscribed = subscribedOf(subscription);
    if (subscribed) await this.#calls.save(subscribed, await this.#deviceId(), deviceLabel(navigator.userAgent));
  }
}

/** On an iPhone only from the home screen. */
const isSupported = () => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
