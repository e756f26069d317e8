import { type AuthField, authMessage, type AuthMessage } from '#lib/account/auth-message.ts';

/** One form on its way: busy while it runs, with the refusal of the last try. */
export class Submission {
  busy = $state(false);
  #refusal = $state.raw<AuthMessage | null>(null);
  readonly #explain: (error: unknown) => AuthMessage;

  constructor(explain: (error: unknown) => AuthMessage = authMessage) {
    this.#explain = explain;
  }

  /** What is wrong with one field. */
  fieldError(field: AuthField): string | undefined {
    return this.#refusal?.field === field ? this.#refusal.text : undefined;
  }

  /** What is wrong with the whole. */
  get error(): string | undefined {
    return this.#refusal && !this.#refusal.field ? this.#refusal.text : undefined;
  }

  refuse(message: AuthMessage): void {
    this.#refusal = message;
  }

  /** For `onsubmit`: stops the browser's own sending, runs the task once at a time, and keeps what it is refused with. */
  handle(task: () => Promise<void>): (event: SubmitEvent) => Promise<void> {
    return async (event) => {
      event.preventDefault();
      if (this.busy) return;
      this.busy = true;
      this.#refusal = null;
      try {
        await task();
      } catch (error) {
        this.#refusal = this.#explain(error);
      } finally {
        this.busy = false;
      }
    };
  }
}
