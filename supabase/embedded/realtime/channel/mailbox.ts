/**
 * One thing after the other: a channel's messages take effect in the order they came, although some ask the database.
 * While nothing is being waited for a task runs at once, within the caller's turn.
 */
export class Mailbox {
  readonly #onError: (error: unknown) => void;
  readonly #waiting: (() => void | Promise<void>)[] = [];
  #busy = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  put(task: () => void | Promise<void>): void {
    if (this.#busy) this.#waiting.push(task);
    else this.#run(task);
  }

  #run(first: () => void | Promise<void>): void {
    let task: (() => void | Promise<void>) | undefined = first;
    while (task) {
      try {
        const pending = task();
        if (pending) {
          this.#busy = true;
          void pending.catch(this.#onError).then(() => {
            this.#busy = false;
            this.#next();
          });
          return;
        }
      } catch (error) {
        this.#onError(error);
      }
      task = this.#waiting.shift();
    }
  }

  #next(): void {
    const task = this.#waiting.shift();
    if (task) this.#run(task);
  }
}
