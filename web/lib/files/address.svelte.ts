import type { Attachment, Files } from '#lib/chat/index.ts';

/** Where an attachment is shown from, for a component: asked for when it is set up, and again when that failed. */
export class Address {
  #current = $state<string>();
  #failed = $state(false);
  #files: Pick<Files, 'address'>;
  #attachment: () => Attachment;

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
      return () => window.removeEventListener('online', again);
    });
  }

  /** Undefined until it is known. */
  get current(): string | undefined {
    return this.#current;
  }

  get failed(): boolean {
    return this.#failed;
  }

  retry(): void {
    this.#failed = false;
    this.#files.address(this.#attachment()).then(
      (address) => (this.#current = address),
      () => this.fail()
    );
  }

  /** What lies there cannot be shown. */
  fail(): void {
    this.#current = undefined;
    this.#failed = true;
  }
}
