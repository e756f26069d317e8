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
  /** Sends a refused (or kept) message again now. */
  retry(messageId: string): void;
  /** Removes a refused or kept message that shall not be sent. One already stored is not touched. Returns its text, to be edited. */
  discard(messageId: string): string | null;

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
