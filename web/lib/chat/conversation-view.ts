import type { LocalFile } from './attachments/entry-file.ts';
import type { LinkPreview } from './link-preview.ts';
import type { Live } from './live.ts';
import type { Person } from './person.ts';
import type { Permission } from './permissions.ts';
import type { ConversationSummary, Member, MessageReceipt, Role, Timeline, TimelineMessage } from './snapshots.ts';
import type { Landing } from './view/passage.ts';

/** What a poll is besides its question. */
export type NewPoll = {
  readonly options: readonly string[];
  readonly isMultiple: boolean;
  readonly isAnonymous: boolean;
  readonly closesAt: Date | null;
};

/** The thread under a message. What is written in it is shown and kept like anything else. */
export type Thread = {
  /** The message above it; null while it is not known. */
  readonly root: Live<TimelineMessage | null>;
  /** What stands in it, in order. */
  readonly timeline: Live<Timeline>;
  loadOlder(): Promise<void>;
  send(content: string, preview?: LinkPreview): string;
  sendFiles(content: string, files: readonly LocalFile[], options?: { replyTo?: number | null }): Promise<string>;
  reply(seq: number, content: string, preview?: LinkPreview): string;
  close(): void;
};

/** One conversation on screen. While a view is open, its room is joined: typing and presence of the others are known. */
export type ConversationView = {
  readonly id: string;
  /** Null while it is not known yet, and again when this person is no longer a member (see `lost`). */
  readonly summary: Live<ConversationSummary | null>;
  /** True once the server has said that this person is not a member (any more). */
  readonly lost: Live<boolean>;
  readonly timeline: Live<Timeline>;
  /** By seq: messages that others answer and that are not in the timeline. */
  readonly quoted: Live<ReadonlyMap<number, TimelineMessage>>;
  /** The pinned messages, the newest pin first. */
  readonly pins: Live<readonly TimelineMessage[]>;
  /** What this person's role allows; empty until it is known. */
  readonly may: Live<ReadonlySet<Permission>>;
  /** Members of now, by display name. Filled when the view opens. */
  readonly members: Live<readonly Member[]>;
  /** Who is writing just now, oneself left out. */
  readonly typing: Live<readonly Person[]>;
  /** User ids of those who have this conversation open just now, oneself left out. */
  readonly here: Live<ReadonlySet<string>>;

  /** Loads the page before the oldest loaded message; resolves when it is in `timeline`. A second call meanwhile waits for the first. */
  loadOlder(): Promise<void>;

  /** The page after the newest one, where `timeline.hasNewer`. */
  loadNewer(): Promise<void>;
  /** Makes the timeline the stretch around a message, if it does not have it: it then goes on both ways. */
  jump(seq: number): Promise<Landing>;
  /** Makes the timeline the one that ends with the newest message again. */
  toEnd(): void;
  openThread(seq: number): Thread;

  /**
   * Keeps the text in the outbox, shows it at once, sends it in order. Returns the message's id. Ends one's own typing.
   * `preview`: of a link in the text.
   */
  send(content: string, preview?: LinkPreview): string;
  /** As send(), as an answer to the message with this `seq`. */
  reply(seq: number, content: string, preview?: LinkPreview): string;
  /**
   * The same with files, which are kept on this device until they are uploaded, however long that takes; then the message is sent.
   * Rejects with NoRoom when the device cannot keep them.
   */
  sendFiles(content: string, files: readonly LocalFile[], options?: { replyTo?: number | null }): Promise<string>;
  /** Makes this what an own message says. Shown and kept like a message that is sent; so are the next two. */
  edit(seq: number, content: string): void;
  /** Deletes a message for everybody. */
  delete(seq: number): void;
  /** Gives a reaction, or takes it back. */
  react(seq: number, emoji: string, on: boolean): void;
  /** Asks a question: a message with a poll. Kept and shown as a text is, and so are votes and pins. */
  ask(question: string, poll: NewPoll): string;
  /** Votes for exactly these options, numbered from 0; for none takes the vote back. */
  vote(seq: number, options: readonly number[]): void;
  pin(seq: number, on: boolean): void;
  /** Ends a poll. */
  closePoll(seq: number): Promise<void>;
  /** Sends a message on to other conversations, to all or none. `id`, a UUID, makes it repeatable. */
  forward(seq: number, to: readonly string[], id: string): Promise<void>;
  /** Takes a message out of this person's own sight, on all their devices, or brings it back with `hidden` false. */
  hide(seq: number, hidden?: boolean): void;
  /** Tries again now what was refused or is kept: a message by its id, a change by the id in `change`. */
  retry(id: string): void;
  /** Removes what was refused, is kept or still uploads its files, and shall not be sent. What is already stored is not touched. Returns its text, to be edited. */
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
