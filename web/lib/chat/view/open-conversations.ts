import type { ConversationView } from '../conversation-view.ts';
import { OpenConversation, type ConversationParts } from './open-conversation.ts';

export type OpenConversationsEvents = { onOpened: (id: string) => void; onClosed: (id: string) => void };

/** The conversations on screen. Each is open once, however many views look at it, and until the last of them is closed. */
export class OpenConversations {
  #parts: ConversationParts;
  #events: OpenConversationsEvents;
  /** In the order of opening. */
  #open = new Map<string, { conversation: OpenConversation; views: number }>();

  constructor(parts: ConversationParts, events: OpenConversationsEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  get(id: string): OpenConversation | undefined {
    return this.#open.get(id)?.conversation;
  }

  ids(): Iterable<string> {
    return this.#open.keys();
  }

  /** The one opened last. */
  newest(): string | null {
    return [...this.#open.keys()].at(-1) ?? null;
  }

  each(run: (conversation: OpenConversation) => void): void {
    for (const { conversation } of this.#open.values()) run(conversation);
  }

  /** The list is up to date: an open conversation that is not in it is not one of this person's. */
  confirm(id: string): void {
    if (!this.#parts.keeper.get(id)) this.get(id)?.lost.set(true);
  }

  open(id: string): ConversationView {
    const shared = this.#open.get(id) ?? { conversation: new OpenConversation(id, this.#parts), views: 0 };
    shared.views += 1;
    this.#open.delete(id);
    this.#open.set(id, shared);
    this.#events.onOpened(id);
    const { conversation } = shared;
    let isOver = false;
    return {
      id,
      summary: conversation.summary,
      lost: conversation.lost,
      timeline: conversation.timeline,
      quoted: conversation.quoted,
      pins: conversation.pins,
      may: conversation.may,
      members: conversation.members,
      typing: conversation.typing,
      here: conversation.here,
      loadOlder: () => conversation.loadOlder(),
      loadNewer: () => conversation.loadNewer(),
      jump: (seq) => conversation.jump(seq),
      toEnd: () => conversation.toEnd(),
      openThread: (seq) => conversation.openThread(seq),
      send: (content, preview) => conversation.send(content, preview),
      reply: (seq, content, preview) => conversation.reply(seq, content, preview),
      sendFiles: (content, files, options) => conversation.sendFiles(content, files, options),
      edit: (seq, content) => conversation.edit(seq, content),
      delete: (seq) => conversation.delete(seq),
      react: (seq, emoji, on) => conversation.react(seq, emoji, on),
      ask: (question, poll) => conversation.ask(question, poll),
      vote: (seq, options) => conversation.vote(seq, options),
      pin: (seq, on) => conversation.pin(seq, on),
      closePoll: (seq) => conversation.closePoll(seq),
      forward: (seq, to, id) => conversation.forward(seq, to, id),
      hide: (seq, hidden) => conversation.hide(seq, hidden),
      retry: (messageId) => conversation.retry(messageId),
      discard: (messageId) => conversation.discard(messageId),
      keystroke: () => conversation.keystroke(),
      stopTyping: () => conversation.stopTyping(),
      markVisible: (seq) => conversation.markVisible(seq),
      receipts: (seq) => conversation.receipts(seq),
      rename: (title) => conversation.rename(title),
      addMembers: (userIds) => conversation.addMembers(userIds),
      removeMember: (userId) => conversation.removeMember(userId),
      setRole: (userId, role) => conversation.setRole(userId, role),
      leave: () => conversation.leave(),
      close: () => {
        if (isOver) return;
        isOver = true;
        shared.views -= 1;
        if (shared.views > 0) return;
        this.#open.delete(id);
        this.#events.onClosed(id);
      }
    };
  }
}
