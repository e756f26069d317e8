import { pageSurroundings, type PageDocument, type PageWindow } from '../../../web/lib/chat/surroundings.ts';

/** A browser's window as far as the client looks at it. */
export class FakePage extends EventTarget implements PageWindow {
  readonly navigator = { onLine: true };
  readonly document: PageDocument & { visibilityState: string } = Object.assign(new EventTarget(), {
    visibilityState: 'visible',
    hasFocus: () => this.#focused
  });
  #focused = true;

  surroundings() {
    return pageSurroundings(this);
  }

  show(visible: boolean): void {
    this.document.visibilityState = visible ? 'visible' : 'hidden';
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  focus(focused: boolean): void {
    this.#focused = focused;
    this.dispatchEvent(new Event(focused ? 'focus' : 'blur'));
  }

  goOnline(online: boolean): void {
    this.navigator.onLine = online;
    this.dispatchEvent(new Event(online ? 'online' : 'offline'));
  }

  leave(): void {
    this.dispatchEvent(new Event('pagehide'));
  }
}
