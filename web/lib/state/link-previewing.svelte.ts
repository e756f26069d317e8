import type { LinkPreview } from '#lib/chat/link-preview.ts';

export interface LinkPreviewingOptions {
  /** Null where there is none; what fails is as if there were none. */
  ask: (url: string) => Promise<LinkPreview | null>;
  /** The links of a text, as they stand in it. */
  linksOf: (text: string) => readonly string[];
  /** For how long nobody may have written before a link is asked for: it may be half of one. */
  pauseMs?: number;
}

/** While somebody writes: what the page says of itself to which the first link leads. It can be taken away, and then does not come again. */
export class LinkPreviewing {
  #found = $state.raw<LinkPreview | null>(null);
  /** The link that is asked for, or was. */
  #url: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dismissed: readonly string[] = [];
  readonly #options: Required<LinkPreviewingOptions>;

  constructor({ pauseMs = 600, ...options }: LinkPreviewingOptions) {
    this.#options = { pauseMs, ...options };
  }

  get found(): LinkPreview | null {
    return this.#found;
  }

  /** The text is now this. */
  at(text: string): void {
    const url = this.#options.linksOf(text).find((link) => /^https?:/.test(link) && !this.#dismissed.includes(link)) ?? null;
    if (url === this.#url) return;
    this.#url = url;
    this.#found = null;
    clearTimeout(this.#timer);
    if (url !== null) this.#timer = setTimeout(() => void this.#ask(url), this.#options.pauseMs);
  }

  dismiss(): void {
    if (this.#url !== null) this.#dismissed = [...this.#dismissed, this.#url];
    this.#found = null;
  }

  /** What goes along with a text that is sent now; the next one begins anew. */
  take(text: string): LinkPreview | undefined {
    const preview = this.#found && text.includes(this.#found.url) ? this.#found : undefined;
    this.stop();
    this.#dismissed = [];
    return preview;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#url = null;
    this.#found = null;
  }

  async #ask(url: string): Promise<void> {
    const preview = await this.#options.ask(url).catch(() => null);
    // Written on meanwhile, or sent.
    if (this.#url === url && !this.#dismissed.includes(url)) this.#found = preview;
  }
}
