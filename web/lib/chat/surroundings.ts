/** Where the client runs: a page that can be hidden, unfocused, offline or about to go. */
export type Surroundings = {
  readonly visible: boolean;
  readonly focused: boolean;
  /** False only if it is certain that there is no network. */
  readonly online: boolean;
  /** Calls back after a change of any of them, and with 'leaving' when the page is about to go (pagehide). */
  subscribe(onChange: (event: 'changed' | 'leaving') => void): () => void;
  /** Calls back, often, while the person does something. Left out where that cannot be known: then nobody is ever idle. */
  onInput?(heard: () => void): () => void;
};

/** For Node, workers and tests: always there. */
export const alwaysPresent: Surroundings = { visible: true, focused: true, online: true, subscribe: () => () => {} };

/** What the browser's document has that matters here. */
export type PageDocument = EventTarget & { readonly visibilityState: string; hasFocus(): boolean };
export type PageWindow = EventTarget & { readonly navigator: { readonly onLine: boolean }; readonly document: PageDocument };

const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

/** The page's own. */
export function pageSurroundings(window: PageWindow): Surroundings {
  const { document, navigator } = window;
  return {
    get visible() {
      return document.visibilityState === 'visible';
    },
    get focused() {
      return document.hasFocus();
    },
    get online() {
      return navigator.onLine;
    },
    subscribe(onChange) {
      const changed = () => onChange('changed');
      const leaving = () => onChange('leaving');
      document.addEventListener('visibilitychange', changed);
      for (const event of ['focus', 'blur', 'online', 'offline', 'pageshow']) window.addEventListener(event, changed);
      window.addEventListener('pagehide', leaving);
      return () => {
        document.removeEventListener('visibilitychange', changed);
        for (const event of ['focus', 'blur', 'online', 'offline', 'pageshow']) window.removeEventListener(event, changed);
        window.removeEventListener('pagehide', leaving);
      };
    },
    onInput(heard) {
      // First of all, so that nobody can stop it on its way; passive, so that it holds up no scrolling.
      const how = { capture: true, passive: true };
      for (const input of INPUTS) window.addEventListener(input, heard, how);
      return () => {
        for (const input of INPUTS) window.removeEventListener(input, heard, how);
      };
    }
  };
}

/** `globalThis` if it is a page, else always present. */
export function defaultSurroundings(global: object = globalThis): Surroundings {
  return 'document' in global && 'addEventListener' in global ? pageSurroundings(global as unknown as PageWindow) : alwaysPresent;
}
