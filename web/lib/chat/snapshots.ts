import type { ClosedReason } from './encryption/opener.ts';
import type { Attachment } from './attachments/attachment.ts';
import type { LinkPreview } from './link-preview.ts';
import type { Person } from './person.ts';
import type { Presence } from './presence/presence.ts';

/*
 * Glossary. Conversation: where people write to each other, direct (two people) or group. Message: one text in it, with a `seq`
 * (1, 2, 3, … per conversation) once it is stored. Timeline: the loaded run of messages up to the newest, then those still on
 * their way. Outbox entry: a message that this client has not yet seen stored. Watermark: how far a member has got.
 */

/**
 * What has become of an own message.
 * sending: on its way. kept: could not be sent now, is kept and will be sent again by itself. refused: will not be sent unless the
 * person retries; see `refusal`. sent: stored. delivered: has reached a device of everybody else here now. read: everybody else has read it.
 * In a conversation that is too large for receipts, `sent` is the last status.
 */
export type MessageStatus = 'sending' | 'kept' | 'refused' | 'sent' | 'delivered' | 'read';

/** Why an entry was refused: a code of ERRORS.md and its text in English. */
export type Refusal = { readonly code: string; readonly message: string };

/** Something that happened, which the user interface puts into words: a code of the table system_codes. */
export type SystemNotice = {
  readonly code: string;
  /** What belongs to the code, as the database wrote it. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Those named by `user_id` or `user_ids`; who is not known yet is missing. */
  readonly people: readonly Person[];
};

export type Reaction = {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean;
  /** The first of those who gave it, as far as they are known. */
  readonly people: readonly Person[];
};

/** A question with answers to choose from; the question is the message's content. */
export type Poll = {
  readonly options: readonly { readonly text: string; readonly votes: number; readonly mine: boolean }[];
  /** How many people have voted. */
  readonly voters: number;
  /** One may choose several. */
  readonly isMultiple: boolean;
  /** Nobody is shown who voted for what. */
  readonly isAnonymous: boolean;
  readonly closesAt: Date | null;
  /** When it was ended before its time. */
  readonly closedAt: Date | null;
};

/** Where a message was first said. Who may not read there learns no more than this. */
export type Forwarded = {
  readonly senderId: string | null;
  /** Null while the profile is not known, and when the account was deleted. */
  readonly sender: Person | null;
  readonly conversationId: string;
  readonly seq: number;
  readonly sentAt: Date;
};

/** A change of a message that is on its way. `id` is for retry() and discard(). */
export type PendingChange = {
  readonly id: string;
  readonly status: 'sending' | 'kept' | 'refused';
  readonly refusal: Refusal | null;
};

/** A name in a text that calls somebody. */
export type Mention = {
  /** Without the @. */
  readonly handle: string;
  /** Null for `channel` and `here`. */
  readonly person: Person | null;
  /** It calls the person who reads it. */
  readonly isMe: boolean;
};

export type TimelineMessage = {
  /** Unique in a timeline and the same from sending to read: the key of a list. */
  readonly key: string;
  /** Made by the sender's client, unique per sender: somebody else may, out of malice, send one with the same id. */
  readonly id: string;
  /** Place in the conversation; null until it is stored. */
  readonly seq: number | null;
  /** Null when the account was deleted. */
  readonly senderId: string | null;
  /** Null while the profile is not known, and when the account was deleted. */
  readonly sender: Person | null;
  readonly mine: boolean;
  /** Why what was sealed cannot be read; null for what can. */
  readonly closed: ClosedReason | null;
  /** Empty when it was deleted, and of a notice. */
  readonly content: string;
  /** Null for what somebody wrote. */
  readonly notice: SystemNotice | null;
  readonly deleted: boolean;
  readonly edited: boolean;
  readonly pinned: boolean;
  /** Somebody else deleted it. */
  readonly deletedByOther: boolean;
  /** When it disappears; null for never. */
  readonly expiresAt: Date | null;
  /** `seq` of the message under which this one stands in a thread. */
  readonly threadSeq: number | null;
  /** What stands in the thread under it; null if nothing does. */
  readonly thread: { readonly count: number; readonly lastAt: Date | null } | null;
  /** Handles of the members whom it names, and of callings: `channel` or `here`. What else begins with @ is text. */
  readonly mentions: readonly Mention[];
  readonly forwarded: Forwarded | null;
  readonly poll: Poll | null;
  /** Of the page that it links to, as its sender's client has found it. */
  readonly preview: LinkPreview | null;
  /** `seq` of the message that it answers. */
  readonly replyTo: number | null;
  /** The files that came with it. */
  readonly attachments: readonly Attachment[];
  /** How many; of a preview only this is known. */
  readonly attachmentCount: number;
  /** In the order in which they first came. */
  readonly reactions: readonly Reaction[];
  /** The newest change by this person that is not stored yet; it is shown as if it were. */
  readonly change: PendingChange | null;
  /** When it was stored, by the server's clock; until then when it was written, by this one's. Never order by it. */
  readonly createdAt: Date;
  /** Null for other people's messages. */
  readonly status: MessageStatus | null;
  readonly refusal: Refusal | null;
};

export type Timeline = {
  /** In order: stored ones by `seq` (what is not for this person to see is left out), then those on their way in the order of writing. */
  readonly messages: readonly TimelineMessage[];
  /** There are older messages: loadOlder() brings the next page. */
  readonly hasOlder: boolean;
  readonly loadingOlder: boolean;
  /** False until the first page has come (or has failed, see `error`). */
  readonly loaded: boolean;
  /** Why the last page could not be had; cleared by the next try. */
  readonly error: Error | null;
  /** `seq` up to which everything had been read when the conversation was opened: "new messages" start after it. */
  readonly readSeqAtOpen: number;
  /** It ends before the newest message, after a jump: loadNewer() brings the next page, toEnd() leads back. */
  readonly hasNewer: boolean;
};

export type Role = 'owner' | 'admin' | 'member' | 'guest';

export type Member = Person & {
  readonly role: Role;
  readonly joinedAt: Date;
  /** Watermarks; null in a conversation too large for receipts. */
  readonly deliveredSeq: number | null;
  readonly readSeq: number | null;
};

/** A row of the conversation list. */
export type ConversationSummary = {
  readonly id: string;
  readonly kind: 'direct' | 'group' | 'channel' | 'listing' | 'negotiation';
  /** It has a title and any number of members; else it is one of two people. */
  readonly isGroup: boolean;
  /** The title of a group or channel, or the partner's display name. */
  readonly title: string;
  /** The other one of two people. */
  readonly partner: Person | null;
  /** Of the partner. */
  readonly presence: Presence | null;
  readonly role: Role;
  readonly memberCount: number;
  readonly isLarge: boolean;
  /** Only its members can read what is said there. */
  readonly isEncrypted: boolean;
  readonly description: string | null;
  /** Since when nothing can be said here any more. */
  readonly closedAt: Date | null;
  /** The lowest role that may post. */
  readonly postRole: Role;
  /** So long one waits between two messages; 0: not at all. */
  readonly slowModeSeconds: number;
  /** So long what is said now stays; null: for ever. */
  readonly disappearAfterSeconds: number | null;
  readonly createdAt: Date;
  /** The newest message, one on its way included; `content` may be cut off after 140 characters. */
  readonly lastMessage: TimelineMessage | null;
  readonly lastActivityAt: Date;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** Messages of others that this person has not read. */
  readonly unread: number;
  /** This person has marked it unread: it is shown so, whatever `unread` says. */
  readonly markedUnread: boolean;
  /** It stands on top of the list. */
  readonly pinned: boolean;
  /** Put away, and nothing was said since; or it is muted, too. */
  readonly archived: boolean;
  /** What of it notifies this person, while it is not muted. */
  readonly notifyLevel: 'all' | 'mentions' | 'nothing';
  readonly muted: boolean;
  readonly mutedUntil: Date | 'forever' | null;
  /** Who is writing just now; only known while the conversation is open. */
  readonly typing: readonly Person[];
};

export type ConversationList = {
  /** Pinned ones in the order of pinning, then the others by last activity, newest first. */
  readonly items: readonly ConversationSummary[];
  /** Sum of `unread`. */
  readonly unread: number;
  /** False until the list has been had once. */
  readonly loaded: boolean;
};

/** What is known about one message towards one recipient. */
export type MessageReceipt = {
  readonly userId: string;
  readonly status: 'sent' | 'delivered' | 'read';
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
};
