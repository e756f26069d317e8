import { newId } from '../ids.ts';

/** What the tabs of one browser that show the same person's chat have in common. */
export type Tabs = {
  /** Names this tab among them. */
  readonly id: string;
  /**
   * Asks to lead. `leads` is called once this tab does: at once, when those before it are gone, or never. `lost`: another tab has
   * taken it away; the request stands and is asked anew.
   */
  lead(events: { leads(): void; lost(): void }): Candidacy;
  /** To all other tabs. */
  post(message: unknown): void;
  listen(on: (message: unknown) => void): () => void;
  /** Calls back when another tab is gone, however it went. */
  whenGone(tabId: string, run: () => void): () => void;
  close(): void;
};

export type Candidacy = {
  /** Takes the lead from a tab that does not answer, such as one that the browser has frozen. */
  take(): void;
  /** Gives up leading, or waiting for it. */
  end(): void;
};

/** No other tabs: Node, workers, tests, and browsers without locks. */
export function loneTab(): Tabs {
  return {
    id: newId(),
    lead({ leads }) {
      leads();
      return { take() {}, end() {} };
    },
    post() {},
    listen: () => () => {},
    whenGone(_tabId, run) {
      let isWanted = true;
      queueMicrotask(() => isWanted && run());
      return () => {
        isWanted = false;
      };
    },
    close() {}
  };
}

type LockOptions = { mode?: 'exclusive' | 'shared'; signal?: AbortSignal; steal?: boolean };
type Message = { readonly data: unknown };

/** What a tab needs of its browser. */
export type TabsBrowser = {
  readonly navigator: {
    readonly locks: { request(name: string, options: LockOptions, run: () => unknown): Promise<unknown> };
  };
  readonly BroadcastChannel: new (name: string) => {
    postMessage(message: unknown): void;
    addEventListener(type: 'message', listener: (message: Message) => void): void;
    removeEventListener(type: 'message', listener: (message: Message) => void): void;
    close(): void;
  };
};

/**
 * The tabs of this origin that use this name, by a BroadcastChannel and by Web Locks: one lock is the lead, and each tab holds one
 * of its own as long as it lives, so that others notice when it is gone.
 */
export function browserTabs(name: string, browser: TabsBrowser): Tabs {
  const { locks } = browser.navigator;
  const id = newId();
  const channel = new browser.BroadcastChannel(name);
  const closing = new AbortController();
  const ownName = (tabId: string) => `${name}/tab/${tabId}`;
  const forever = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  // A request that is given up rejects; so does a lock that is taken away.
  void locks.request(ownName(id), {}, () => forever(closing.signal)).catch(() => {});

  return {
    id,
    lead(events) {
      let ending = new AbortController();
      const hold = async (options: LockOptions) => {
        const mine = ending;
        let held = false;
        try {
          await locks.request(name, options, () => {
            held = true;
            events.leads();
            return forever(mine.signal);
          });
        } catch {
          // Given up, or taken away: which one, `mine` knows.
        }
        if (mine.signal.aborted) return;
        if (held) events.lost();
        void hold({ signal: mine.signal });
      };
      void hold({ signal: ending.signal });
      return {
        take() {
          ending.abort();
          ending = new AbortController();
          // Stealing cannot be given up, and does not have to be: it is granted at once.
          void hold({ steal: true });
        },
        end: () => ending.abort()
      };
    },
    post: (message) => channel.postMessage(message),
    listen(on) {
      const listener = ({ data }: Message) => on(data);
      channel.addEventListener('message', listener);
      return () => channel.removeEventListener('message', listener);
    },
    whenGone(tabId, run) {
      const waiting = new AbortController();
      locks.request(ownName(tabId), { mode: 'shared', signal: waiting.signal }, run).catch(() => {});
      return () => waiting.abort();
    },
    close() {
      closing.abort();
      channel.close();
    }
  };
}

/** What the tabs of a person have in common. Tabs of another version of their protocol keep to themselves. */
export const tabsName = (userId: string) => `parley/1/${userId}`;

/** `globalThis` if it is a page with locks, else alone. */
export function defaultTabs(userId: string, global: object = globalThis): Tabs {
  const isPage = 'document' in global && 'BroadcastChannel' in global && 'navigator' in global;
  if (!isPage || !('locks' in (global.navigator as object))) return loneTab();
  return browserTabs(tabsName(userId), global as unknown as TabsBrowser);
}
