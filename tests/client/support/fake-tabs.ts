import type { Tabs } from '../../../web/lib/chat/tabs/tabs.ts';

type Tab = { id: string; listeners: Set<(message: unknown) => void>; alive: boolean; frozen: boolean };
type Candidate = { tab: string; leads: () => void; lost: () => void };

/** The tabs of one browser: a channel between them, the lead, and what a browser does to tabs. Messages are delivered in turn. */
export class FakeBrowser {
  #tabs = new Map<string, Tab>();
  #queue: Candidate[] = [];
  #leader: Candidate | null = null;
  #waits: { tab: string; run: () => void }[] = [];
  readonly said: unknown[] = [];

  get leader(): string | null {
    return this.#leader?.tab ?? null;
  }

  open(id: string): Tabs {
    const tab: Tab = { id, listeners: new Set(), alive: true, frozen: false };
    this.#tabs.set(id, tab);
    return {
      id,
      lead: (events) => {
        let candidate: Candidate = { tab: id, ...events };
        this.#queue.push(candidate);
        this.#elect();
        return {
          take: () => {
            const robbed = this.#leader;
            this.#queue = this.#queue.filter((other) => other !== candidate);
            candidate = { tab: id, ...events };
            this.#leader = candidate;
            if (robbed) {
              this.#queue.push(robbed);
              // A frozen tab learns of it when it thaws.
              if (!this.#tabs.get(robbed.tab)?.frozen) robbed.lost();
            }
            candidate.leads();
          },
          end: () => {
            this.#queue = this.#queue.filter((other) => other !== candidate);
            if (this.#leader === candidate) this.#leader = null;
            this.#elect();
          }
        };
      },
      post: (message) => {
        if (!tab.alive) throw new Error('This tab is gone.');
        const copy: unknown = structuredClone(message);
        this.said.push(copy);
        for (const other of this.#tabs.values()) {
          if (other === tab) continue;
          queueMicrotask(() => {
            if (other.alive && !other.frozen) for (const listener of [...other.listeners]) listener(copy);
          });
        }
      },
      listen: (on) => {
        tab.listeners.add(on);
        return () => tab.listeners.delete(on);
      },
      whenGone: (other, run) => {
        const wait = { tab: other, run };
        if (this.#tabs.get(other)?.alive) this.#waits.push(wait);
        else queueMicrotask(run);
        return () => {
          this.#waits = this.#waits.filter((one) => one !== wait);
        };
      },
      close: () => this.kill(id)
    };
  }

  /** The tab ends without a word. */
  kill(id: string): void {
    const tab = this.#tabs.get(id);
    if (!tab?.alive) return;
    tab.alive = false;
    this.#queue = this.#queue.filter((candidate) => candidate.tab !== id);
    if (this.#leader?.tab === id) this.#leader = null;
    const told = this.#waits.filter((wait) => wait.tab === id);
    this.#waits = this.#waits.filter((wait) => wait.tab !== id);
    for (const { run } of told) run();
    this.#elect();
  }

  /** The browser gives the tab no time: it hears nothing, but keeps its locks. */
  freeze(id: string): void {
    this.#tabs.get(id)!.frozen = true;
  }

  thaw(id: string): void {
    this.#tabs.get(id)!.frozen = false;
    const robbed = this.#queue.find((candidate) => candidate.tab === id);
    if (robbed) robbed.lost();
  }

  #elect(): void {
    if (this.#leader) return;
    this.#leader = this.#queue.shift() ?? null;
    this.#leader?.leads();
  }
}
