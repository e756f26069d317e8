import { createContext } from 'svelte';
import type { Chat } from '#lib/chat/index.ts';
import { attention } from '#lib/notifications/attention.ts';
import { channelIds } from './channel-ids.ts';
import { Conversation } from './conversation.svelte.ts';
import { DraftTexts } from './draft-texts.svelte.ts';
import { calmly, eachFrame } from './pace.ts';
import { Reactive } from './reactive.svelte.ts';

/** The chat of the signed-in person, for components. Made by the app's layout, which starts and stops it. */
export class Messenger {
  readonly chat: Chat;
  /** Texts begun and not sent, by conversation. */
  readonly drafts;
  /** Ids of the channels that this person is in, by title in lower case. */
  readonly channels: ReadonlyMap<string, string>;
  /** The same as `conversations` and `notifications`, for what should not be done anew for every message. */
  readonly calm: Pick<Messenger, 'conversations' | 'notifications'>;
  readonly #connection;
  readonly #me;
  readonly #conversations;
  readonly #unsent;
  readonly #notifications;
  readonly #waiting;

  constructor(chat: Chat) {
    this.chat = chat;
    this.drafts = new DraftTexts(chat.drafts);
    this.#connection = new Reactive(chat.connection);
    this.#me = new Reactive(chat.me);
    this.#conversations = new Reactive(chat.conversations, eachFrame);
    this.#unsent = new Reactive(chat.unsentCount);
    this.#notifications = new Reactive(chat.notifications.list);
    const pace = calmly();
    const [conversations, notifications] = [new Reactive(chat.conversations, pace), new Reactive(chat.notifications.list, pace)];
    this.calm = {
      get conversations() {
        return conversations.current;
      },
      get notifications() {
        return notifications.current;
      }
    };
    this.#waiting = $derived(attention(this.calm.conversations, this.calm.notifications));
    this.channels = $derived(channelIds(this.conversations.items));
  }

  get connection() {
    return this.#connection.current;
  }

  /** Nothing can be had from the server just now: what is not on this device does not come. */
  get isCutOff(): boolean {
    const { phase } = this.connection;
    return phase === 'offline' || phase === 'reconnecting';
  }

  get me() {
    return this.#me.current;
  }

  get conversations() {
    return this.#conversations.current;
  }

  get unsent(): number {
    return this.#unsent.current;
  }

  get notifications() {
    return this.#notifications.current;
  }

  /** How much waits for the person, in chats and beside them. */
  get waiting(): number {
    return this.#waiting;
  }

  /** A page's title, with what waits to be read. */
  title(name?: string): string {
    return `${this.waiting > 0 ? `(${this.waiting}) ` : ''}${name ? `${name} · ` : ''}Parley`;
  }

  /** The caller closes the conversation's `view`. */
  open(conversationId: string): Conversation {
    return new Conversation(this.chat.openConversation(conversationId));
  }
}

export const [getMessenger, setMessenger] = createContext<Messenger>();
