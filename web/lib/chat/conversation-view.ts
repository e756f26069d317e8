import type { Live } from './live.ts';
import type { Person } from './person.ts';
import type { ConversationSummary, Member, MessageReceipt, Role, Timeline } from './snapshots.ts';

/** One conversation on screen. While a view is open, its room is joined: typing and presence of the others are known. */
export type ConversationView = {
  readonly id: string;
  /** Null while it is not known yet, and again when this person is no longer a member (see `lost`). */
  readonly summary: Live<ConversationSummary | null>;
  /** True once the server has said that this person is not a member (any more). */
  readonly lost: Live<boolean>;
  readonly timeline: Live<Timeline>;
  /** Members of now, by display name. Filled when the view opens. */
  readonly members: Live<readonly Member[]>;
  /** Who is writing just now, oneself left out. */
  readonly typing: Live<readonly Person[]>;
  /** User ids of those who have this conversation open just now, oneself left out. */
  readonly here: Live<ReadonlySet<string>>;

  /** Loads the page before the oldest loaded message; resolves when it is in `timeline`. A second call meanwhile waits for the first. */
  loadOlder(): Promise<void>;

  /** Keeps the text in the outbox, shows it at once, sends it in order. Returns the message's id. Ends one's own typing. */
  send(content: string): string;
  /** As send(), as an answer to the message with this `seq`. */
  reply(seq: number, content: string): string;
  /** Makes this what an own message says. Shown and kept like a message that is sent; so are the next two. */
  edit(seq: number, content: string): void;
  /** Deletes a message for everybody. */
  delete(seq: number): void;
  /** Gives a reaction, or takes it back. */
  react(seq: number, emoji: string, on: boolean): void;
  /** Tries again now what was refused or is kept: a message by its id, a change by the id in `change`. */
  retry(id: string): void;
  /** Removes what was refused or is kept and shall not be sent. What is already stored is not touched. Returns its text, to be edited. */
  discard(id: string): string | null;

  /** Call on every keystroke; what is announced, and how often, is decided here. */
  keystroke(): void;
  /** The text field was emptied or left. */
  stopTyping(): void;

  /**
   * The message with this `seq` is on screen. It and all before it count as read once the window is visible and focused
   * (at once if it is). Cheap: call it as often as you like.
   */
  markVisible(seq: number): void;

  /** Who has got and read a message, with the times. */
  receipts(seq: number): Promise<readonly MessageReceipt[]>;

  rename(title: string): Promise<void>;
  addMembers(userIds: readonly string[]): Promise<void>;
  removeMember(userId: string): Promise<void>;
  setRole(userId: string, role: Role): Promise<void>;
  leave(): Promise<void>;

  /** Leaves the room and frees the view; the conversation stays in the list. */
  close(): void;
};
