import type { SupabaseClient } from '@supabase/supabase-js';
import { createContext } from 'svelte';
import type { Chat, Permission, TimelineMessage } from '#lib/chat/index.ts';
import { chatMessage } from '#lib/chat-message.ts';
import { toast } from '#lib/ui/toast.ts';
import type { Conversation } from './conversation.svelte.ts';
import type { Standing } from './message-actions.ts';

/** A dialog about a message, one at a time. */
export type MessageDialog = 'forward' | 'info' | 'report' | 'delete' | 'reactions' | 'voters';

const NOT_KNOWN: Standing['summary'] = { kind: 'direct', role: 'guest', postRole: 'owner', closedAt: null, isEncrypted: false };

/** One open conversation, for all its parts: what may be done in it, which dialog is open, where one is led. */
export class Talk {
  readonly chat: Chat;
  readonly conversation: Conversation;
  /** For what is no business of the chat client: the dialogs make their calls with it. */
  readonly supabase: SupabaseClient;
  /** A dialog, and what it is about. */
  dialog = $state.raw<{ name: MessageDialog; message: TimelineMessage } | null>(null);
  /** The thread that is open, by the `seq` of the message above it. */
  readonly #thread: { get(): number | null; set(seq: number | null): void };
  readonly #jump: (seq: number) => void;

  constructor(
    { chat, conversation, supabase }: Pick<Talk, 'chat' | 'conversation' | 'supabase'>,
    thread: { get(): number | null; set(seq: number | null): void },
    jump: (seq: number) => void
  ) {
    this.chat = chat;
    this.conversation = conversation;
    this.supabase = supabase;
    this.#thread = thread;
    this.#jump = jump;
  }

  get thread() {
    return this.#thread;
  }

  /** Leads to a message, wherever it is. */
  jump(seq: number): void {
    this.#jump(seq);
  }

  may(permission: Permission): boolean {
    return this.conversation.may.has(permission);
  }

  standing(inThread: boolean): Standing {
    return { summary: this.conversation.summary ?? NOT_KNOWN, may: this.conversation.may, inThread };
  }

  /** Does something that asks the server, and tells the person when it fails. Resolves to whether it was done. */
  async attempt(task: () => Promise<unknown>): Promise<boolean> {
    try {
      await task();
      return true;
    } catch (error) {
      toast.error(chatMessage(error));
      return false;
    }
  }

  closePoll({ seq }: TimelineMessage): void {
    if (seq !== null) void this.attempt(() => this.conversation.view.closePoll(seq));
  }

  react({ seq }: TimelineMessage, emoji: string, on: boolean): void {
    if (seq !== null) this.conversation.view.react(seq, emoji, on);
  }
}

export const [getTalk, setTalk] = createContext<Talk>();
