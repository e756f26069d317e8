import type { Emoji } from '#lib/emoji/catalogue.ts';
import { onDemand } from '#lib/ui/on-demand.svelte.ts';
import { whenIdle } from '#lib/ui/when-idle.ts';
import type { Choice, Sources } from './completions.ts';
import { type Trigger, triggerAt } from './completion.ts';

const completions = onDemand(() => import('./completions.ts'));

/** Completion while somebody writes: what is offered at the caret, and which line is active. */
export class Completing {
  readonly #text: () => string;
  #caret = $state(0);
  #active = $state(0);
  /** A trigger that was waved away, by where it starts. */
  #dismissed = $state<number | null>(null);
  #emoji = $state.raw<readonly Emoji[]>([]);
  readonly trigger: Trigger | null;
  readonly choices: readonly Choice[];

  /** `loadEmoji`: called when an emoji is first asked for. */
  constructor(text: () => string, sources: () => Omit<Sources, 'emoji'>, loadEmoji: () => Promise<readonly Emoji[]>) {
    this.#text = text;
    this.trigger = $derived.by(() => {
      const trigger = triggerAt(this.#text(), this.#caret);
      return trigger && trigger.start !== this.#dismissed ? trigger : null;
    });
    this.choices = $derived(
      this.trigger ? (completions()?.choicesFor(this.trigger, { ...sources(), emoji: this.#emoji }) ?? []) : []
    );
    $effect(() => whenIdle(completions));
    $effect(() => {
      if (this.trigger?.kind !== ':' || this.#emoji.length > 0) return;
      loadEmoji().then(
        (emoji) => (this.#emoji = emoji),
        () => {}
      );
    });
  }

  get isOpen(): boolean {
    return this.choices.length > 0;
  }

  get active(): number {
    return Math.min(this.#active, this.choices.length - 1);
  }

  /** The caret has moved, or the text has changed. */
  at(caret: number): void {
    if (caret === this.#caret) return;
    this.#caret = caret;
    this.#active = 0;
    if (triggerAt(this.#text(), caret)?.start !== this.#dismissed) this.#dismissed = null;
  }

  move(step: number): void {
    const { length } = this.choices;
    this.#active = (this.active + step + length) % length;
  }

  dismiss(): void {
    this.#dismissed = this.trigger?.start ?? null;
  }
}
