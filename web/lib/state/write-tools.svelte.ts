import type { ScheduledMessage } from '#lib/chat/index.ts';
import { t } from '#lib/i18n/words.svelte.ts';
import type { Command } from './commands.ts';
import type { Sources } from './completions.ts';
import { mayPost } from './message-actions.ts';
import { Reactive } from './reactive.svelte.ts';
import type { Talk } from './talk.svelte.ts';

/**
 * Why nothing can be written; `blockedId`: because one has blocked the other, which can be taken back; `setUp`: this device has no keys
 * to encrypt with, which can be set up.
 */
export type Closed = { readonly text: string; readonly blockedId: string | null; readonly setUp?: true };

/** What is at hand where one writes: what names and commands there are, what else can be sent, and whether one may at all. */
export class WriteTools {
  readonly #talk: Talk;
  readonly #threadSeq: number | null;
  readonly #scheduled;
  readonly #blocked;
  readonly #conversations;
  readonly #canSeal;
  dialog = $state<'poll' | 'schedule' | 'scheduled' | null>(null);

  /** `threadSeq`: the thread that is written in. */
  constructor(talk: Talk, threadSeq: number | null) {
    this.#talk = talk;
    this.#threadSeq = threadSeq;
    this.#scheduled = new Reactive(talk.chat.scheduled.all);
    this.#blocked = new Reactive(talk.chat.blocks.all);
    this.#canSeal = new Reactive(talk.chat.canSeal);
    this.#conversations = new Reactive(talk.chat.conversations);
  }

  get closed(): Closed | null {
    const { summary } = this.#talk.conversation;
    if (!summary) return null;
    if (summary.partner && this.#blocked.current.has(summary.partner.id))
      return { text: t.composing.youBlocked(summary.partner.displayName), blockedId: summary.partner.id };
    if (mayPost(summary) && summary.isEncrypted && this.#canSeal.current === false)
      return { text: t.composer.noKeys, blockedId: null, setUp: true };
    if (mayPost(summary)) return null;
    return { text: summary.closedAt ? t.composing.closed : t.composing.restricted[summary.postRole], blockedId: null };
  }

  /** Only members can read what is said here: what the server would have to read is not to be had. */
  get isEncrypted(): boolean {
    return this.#talk.conversation.summary?.isEncrypted ?? false;
  }

  get mayPoll(): boolean {
    return this.#threadSeq === null && !this.isEncrypted && this.#talk.may('poll');
  }

  /** What waits here for its time. */
  get scheduled(): readonly ScheduledMessage[] {
    const { id } = this.#talk.conversation;
    return this.#scheduled.current.filter((one) => one.conversationId === id && one.threadSeq === this.#threadSeq);
  }

  schedule(text: string, sendAt: Date, replyTo: number | null): Promise<unknown> {
    const where = { ...(replyTo !== null && { replyTo }), ...(this.#threadSeq !== null && { threadSeq: this.#threadSeq }) };
    return this.#talk.chat.scheduled.schedule(this.#talk.conversation.id, { text, sendAt, ...where });
  }

  get sources(): Omit<Sources, 'emoji'> {
    return {
      members: this.#talk.conversation.members.filter(({ id }) => id !== this.#talk.chat.userId),
      callings: this.#callings(),
      channels: this.#conversations.current.items.filter(({ kind }) => kind === 'channel'),
      commands: this.#commands()
    };
  }

  #callings(): Sources['callings'] {
    if (this.isEncrypted || !this.#talk.may('mention_all') || !this.#talk.conversation.summary?.isGroup) return [];
    return [
      { name: 'channel', note: t.composing.callChannel },
      { name: 'here', note: t.composing.callHere }
    ];
  }

  #commands(): readonly Command[] {
    const { settings } = this.#talk.chat;
    const { id, summary } = this.#talk.conversation;
    const commands: Command[] = [];
    if (this.mayPoll) commands.push({ name: 'poll', note: t.composing.newPoll, run: () => void (this.dialog = 'poll') });
    if (!this.isEncrypted)
      commands.push({ name: 'schedule', note: t.composing.schedule, run: () => void (this.dialog = 'schedule') });
    if (summary?.muted) commands.push({ name: 'unmute', note: t.composing.unmute, run: () => settings.unmute(id) });
    else commands.push({ name: 'mute', note: t.composing.mute, run: () => settings.mute(id, 'forever') });
    commands.push({ name: 'shrug', note: SHRUG, run: () => SHRUG });
    return commands;
  }
}

const SHRUG = '¯\\_(ツ)_/¯';
