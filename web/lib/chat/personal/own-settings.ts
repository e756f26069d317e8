import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { SettingsRow } from '../wire/personal.ts';
import { shownSettings, type Counts } from './overlay.ts';
import type { ConversationSettings, KeptSettings, NotifyLevel } from './personal.ts';
import type { Rows } from './personal-record.ts';
import type { SettingsChange } from './wish.ts';
import type { Wishes } from './wishes.ts';

/** Timers cannot be set further ahead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** With what decides whether it is still archived. */
export type ShownSettings = KeptSettings & {
  readonly archivedSeq: number | null;
  readonly archivedQuietCount: number;
};

export type OwnSettingsOptions = {
  rows: Live<Rows<'conversation_settings'>>;
  wishes: Wishes;
  countsOf: (conversationId: string) => Counts;
  clock: Clock;
};

/** How a person keeps their conversations. A mute that ends does so here by itself. */
export class OwnSettings implements ConversationSettings {
  readonly all: Live<ReadonlyMap<string, ShownSettings>>;
  #wishes: Wishes;
  #countsOf: OwnSettingsOptions['countsOf'];
  #clock: Clock;
  #now: LiveValue<number>;
  #cancelTimer: (() => void) | null = null;
  #release: (() => void) | null = null;

  constructor({ rows, wishes, countsOf, clock }: OwnSettingsOptions) {
    this.#wishes = wishes;
    this.#countsOf = countsOf;
    this.#clock = clock;
    this.#now = new LiveValue(clock.now());
    const shown = derive([rows, wishes.items], (all, items) =>
      shownSettings(all, items, countsOf, new Date(clock.now()).toISOString())
    );
    let made = new Map<string, { row: SettingsRow; settings: ShownSettings }>();
    this.all = derive([shown, this.#now], (all) => {
      const now = clock.now();
      const next = new Map<string, { row: SettingsRow; settings: ShownSettings }>();
      for (const [id, row] of all) {
        const before = made.get(id);
        const isSame = before?.row === row && endOf(before.settings) > now;
        next.set(id, isSame ? before : { row, settings: toSettings(row, now) });
      }
      made = next;
      return new Map([...next].map(([id, { settings }]) => [id, settings]));
    });
  }

  start(): void {
    this.#release ??= this.all.subscribe(() => this.#schedule());
    this.#schedule();
  }

  stop(): void {
    this.#release?.();
    this.#release = null;
    this.#cancelTimer?.();
  }

  setLevel(conversationId: string, level: NotifyLevel): void {
    this.#change(conversationId, { level });
  }

  mute(conversationId: string, until: Date | 'forever'): void {
    this.#change(conversationId, { mutedUntil: until === 'forever' ? 'infinity' : until.toISOString() });
  }

  unmute(conversationId: string): void {
    this.#change(conversationId, { mutedUntil: null });
  }

  pin(conversationId: string, pinned: boolean): void {
    this.#change(conversationId, { pinned });
  }

  archive(conversationId: string, archived: boolean): void {
    this.#change(conversationId, { archived });
  }

  markUnread(conversationId: string, seq = this.#countsOf(conversationId).lastSeq): void {
    if (seq > 0) this.#wishes.add({ type: 'unread', conversationId, seq });
  }

  /** The conversation was opened, having been read up to `readSeq`: a mark on what was read already goes. */
  opened(conversationId: string, readSeq: number): void {
    const from = this.all.current.get(conversationId)?.unreadFrom ?? null;
    if (from !== null && from <= readSeq) this.#wishes.add({ type: 'read', conversationId, seq: from });
  }

  #change(conversationId: string, change: SettingsChange): void {
    this.#wishes.add({ type: 'settings', conversationId, change });
  }

  #schedule(): void {
    this.#cancelTimer?.();
    const next = Math.min(...[...this.all.current.values()].map(endOf));
    if (next === Infinity) return;
    const now = this.#clock.now();
    const ms = Math.min(LONGEST_TIMER_MS, Math.max(0, next - now));
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#now.set(this.#clock.now());
      this.#schedule();
    });
  }
}

/** When the settings will be otherwise by themselves. */
const endOf = ({ mutedUntil }: KeptSettings): number => (mutedUntil instanceof Date ? mutedUntil.getTime() : Infinity);

function toSettings(row: SettingsRow, now: number): ShownSettings {
  const until = row.muted_until === null ? -Infinity : row.muted_until === 'infinity' ? Infinity : Date.parse(row.muted_until);
  return {
    notifyLevel: row.notify_level,
    mutedUntil: until === Infinity ? 'forever' : until > now ? new Date(until) : null,
    pinnedAt: row.pinned_at === null ? null : new Date(row.pinned_at),
    unreadFrom: row.unread_from,
    archivedSeq: row.archived_seq,
    archivedQuietCount: row.archived_quiet_count ?? 0
  };
}
