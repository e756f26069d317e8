import { Refused, type Attachment, type Files } from '#lib/chat/index.ts';

/** Whether the bytes of a file are not those that its sender has sent: nothing of them is shown. */
export const isAltered = (error: unknown): boolean => error instanceof Refused && error.code === 'file_altered';

/** Where an attachment is shown from, for a component: asked for when it is set up, and again when that failed. */
export class Address {
  #current = $state<string>();
  #failed = $state(false);
  #altered = $state(false);
  #files: Pick<Files, 'address'>;
  #attachment: () => Attachment;
  #shown = new AbortController();

  constructor(files: Pick<Files, 'address'>, attachment: () => Attachment) {
    this.#files = files;
    this.#attachment = attachment;
    // Sent, it has the same bytes at the same address.
    $effect.pre(() => {
      void attachment().id;
      this.retry();
    });
    $effect(() => {
      const again = () => this.#failed && this.retry();
      window.addEventListener('online', again);
      return () => {
        window.removeEventListener('online', again);
        this.#shown.abort();
      };
    });
  }

  /** Undefined until it is known. */
  get current(): string | undefined {
    return this.#current;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** It failed since these are not the bytes that were sent. */
  get altered(): boolean {
    return this.#altered;
  }

  retry(): void {
    this.#failed = this.#altered = false;
    // What was shown before is not any more.
    this.#shown.abort();
    const shown = (this.#shown = new AbortController());
    this.#files.address(this.#attachment(), shown.signal).then(
      (address) => shown === this.#shown && (this.#current = address),
      (error: unknown) => {
        if (shown !== this.#shown) return;
        this.fail();
        this.#altered = isAltered(error);
      }
    );
  }

  /** What lies there cannot be shown. */
  fail(): void {
    this.#current = undefined;
    this.#failed = true;
  }
}
