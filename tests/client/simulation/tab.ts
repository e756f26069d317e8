import { assembleChat } from '../../../web/lib/chat/assemble-chat.ts';
import type { Backend } from '../../../web/lib/chat/backend.ts';
import { Breaker } from '../../../web/lib/chat/breaker/breaker.ts';
import type { Chat } from '../../../web/lib/chat/chat.ts';
import type { Clock } from '../../../web/lib/chat/clock.ts';
import type { ConversationView } from '../../../web/lib/chat/conversation-view.ts';
import type { Store } from '../../../web/lib/chat/outbox/store.ts';
import type { Surroundings } from '../../../web/lib/chat/surroundings.ts';
import type { Device } from './device.ts';
import type { MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import { frozen } from './frozen.ts';
import type { Peer } from './network.ts';

/** A tab with the real client in it. It can crash at any await: its ports then call back no more, and do nothing. */
export class Tab implements Peer {
  readonly chat: Chat;
  readonly views = new Map<string, ConversationView>();
  readonly id: string;
  readonly device: Device;
  readonly userId: string;
  isAlive = true;
  /** What waits for the browser to give this tab time again; null while it has. */
  #frozen: (() => void)[] | null = null;
  #visible = true;
  #watching = new Set<(event: 'changed' | 'leaving') => void>();
  #renewing = new Set<(event: 'signed_out' | 'renewed') => void>();

  constructor(id: string, device: Device) {
    this.id = id;
    this.device = device;
    const { network, clock, server, newId } = device.world;
    this.userId = device.userId;
    const listen = <T>(all: Set<T>, one: T) => {
      all.add(one);
      return () => all.delete(one);
    };
    const surroundings = (() => {
      const isVisible = () => this.#visible;
      return {
        get visible() {
          return isVisible();
        },
        get focused() {
          return isVisible();
        },
        get online() {
          return device.isOnline;
        },
        subscribe: (onChange: (event: 'changed' | 'leaving') => void) => listen(this.#watching, onChange)
      } satisfies Surroundings;
    })();
    const ownClock: Clock = {
      now: () => clock.now(),
      random: () => clock.random(),
      after: (ms, run) => clock.after(ms, () => this.run(run))
    };
    const tabs = device.browser.open(id);
    this.chat = assembleChat({
      userId: this.userId,
      backend: overNetwork(server.backend(this.userId), this),
      topics: network.topics(this),
      session: {
        subscribe: (onChange) => listen(this.#renewing, onChange),
        renew: async () => {
          network.count('renewals asked for');
          clock.after(1_000, () => {
            if (device.isOnline && !network.isServerDown && !device.hasToken) device.setToken(true);
          });
        }
      },
      makeBreaker: (options) => new Breaker(options),
      store: this.#store(),
      clock: ownClock,
      newId,
      surroundings,
      tabs: {
        ...tabs,
        post: (message) => {
          if (this.isAlive) tabs.post(message);
        }
      },
      log: (event, detail) => device.world.log(`${id} ${event}`, detail)
    });
  }

  get isOnline(): boolean {
    return this.isAlive && this.device.isOnline;
  }

  get hasToken(): boolean {
    return this.device.hasToken;
  }

  get isFrozen(): boolean {
    return this.#frozen !== null;
  }

  run(work: () => void): void {
    if (!this.isAlive) return;
    if (this.#frozen) this.#frozen.push(work);
    else work();
  }

  view(conversationId: string): ConversationView {
    const view = this.views.get(conversationId) ?? this.chat.openConversation(conversationId);
    this.views.set(conversationId, view);
    return view;
  }

  close(conversationId: string): void {
    this.views.get(conversationId)?.close();
    this.views.delete(conversationId);
  }

  show(visible: boolean): void {
    this.#visible = visible;
    this.surroundingsChanged();
  }

  surroundingsChanged(event: 'changed' | 'leaving' = 'changed'): void {
    this.run(() => {
      for (const onChange of [...this.#watching]) onChange(event);
    });
  }

  renewed(): void {
    this.run(() => {
      for (const onChange of [...this.#renewing]) onChange('renewed');
    });
  }

  /** Memory is gone, what the store has done is not. */
  crash(): void {
    this.isAlive = false;
    this.device.world.network.cut((peer) => peer === this, 'closed');
    this.device.browser.kill(this.id);
    this.device.tabs.delete(this);
  }

  /** Browsers freeze what is not looked at. */
  freeze(): void {
    this.show(false);
    this.#frozen ??= [];
    this.device.browser.freeze(this.id);
  }

  thaw(): void {
    const waiting = this.#frozen ?? [];
    this.#frozen = null;
    this.device.browser.thaw(this.id);
    for (const work of waiting) this.run(work);
    this.show(true);
  }

  /** The device's store takes its time, and does one thing after the other whichever tab wants it. */
  #store(): Store {
    const { store } = this.device;
    const { network } = this.device.world;
    const slow =
      <Args extends unknown[], T>(name: string, operation: (...args: Args) => Promise<T>) =>
      (...args: Args): Promise<T> => {
        const { promise, resolve, reject } = Promise.withResolvers<T>();
        if (!this.isAlive) return promise;
        network.count('store operations');
        // What is given to a store is as it was then, whatever happens until it is written.
        const given = frozen(args);
        this.device.inTurn(() => {
          if (!this.isAlive) return;
          void operation(...given).then((value) => {
            this.device.didStore(this, name, given);
            this.device.soon(() => this.run(() => resolve(value)));
          }, reject);
        });
        return promise;
      };
    return {
      entries: slow('entries', store.entries),
      put: slow('put', store.put),
      remove: slow('remove', store.remove),
      deviceId: slow('deviceId', store.deviceId),
      records: slow('records', store.records),
      putRecords: slow('putRecords', store.putRecords),
      removeRecords: slow('removeRecords', store.removeRecords),
      personal: slow('personal', store.personal),
      putPersonal: slow('putPersonal', store.putPersonal),
      removePersonal: slow('removePersonal', store.removePersonal),
      wishes: slow('wishes', store.wishes),
      putWish: slow('putWish', store.putWish),
      removeWish: slow('removeWish', store.removeWish),
      reads: slow('reads', store.reads),
      raiseReads: slow('raiseReads', store.raiseReads),
      removeReads: slow('removeReads', store.removeReads),
      wipe: slow('wipe', store.wipe),
      close: store.close
    };
  }
}

/** The backend, each call of it a request over the network. */
function overNetwork(backend: Backend, tab: Tab): Backend {
  const { network } = tab.device.world;
  return new Proxy(backend, {
    get: (target, name: keyof Backend) => {
      const call = target[name] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => {
        if (!tab.isAlive) return new Promise(() => {});
        // Who else is there is not looked at here, and costs the most timers.
        if (name === 'heartbeat' || name === 'presence') return call(...args);
        const sent = frozen(args);
        if (name === 'perform') tab.device.world.asked(tab, sent[0] as Parameters<Backend['perform']>[0]);
        return network.request(tab, name, async () => {
          const answer = frozen(await call(...sent));
          if (name === 'perform')
            tab.device.world.ledger.perform(tab.userId, sent[0] as Parameters<Backend['perform']>[0], answer as MessageRow);
          return answer;
        });
      };
    }
  });
}
