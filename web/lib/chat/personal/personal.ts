import type { Live } from '../live.ts';
import type { TableName } from './tables.ts';

/*
 * What is one's own and the same on all one's devices. What is changed here is shown at once, kept over a reload and days offline,
 * told to the other tabs, and brought to the server when it can be; a method that returns a Promise asks the server now, and rejects
 * with the classes of errors.ts.
 */

export type Draft = {
  readonly conversationId: string;
  /** The message under which it stands in a thread; 0 for the conversation itself. */
  readonly threadSeq: number;
  /** Never empty. */
  readonly text: string;
  /** `seq` of the message that it answers. */
  readonly replyTo: number | null;
  readonly savedAt: Date;
};

export type Drafts = {
  /** By `draftKey()`. */
  readonly all: Live<ReadonlyMap<string, Draft>>;
  /** Call it on every keystroke; an empty text takes the draft away. Sending the message that it has become does so by itself. */
  save(conversationId: string, text: string, options?: { replyTo?: number | null; threadSeq?: number }): void;
};

export type NotifyLevel = 'all' | 'mentions' | 'nothing';

/** How a person keeps a conversation in their own list. Nobody else sees it. */
export type KeptSettings = {
  readonly notifyLevel: NotifyLevel;
  /** Null when it is not muted (any more). */
  readonly mutedUntil: Date | 'forever' | null;
  readonly pinnedAt: Date | null;
  /** Marked unread from this message on. */
  readonly unreadFrom: number | null;
};

export type ConversationSettings = {
  /** Of those conversations of which something was ever changed. */
  readonly all: Live<ReadonlyMap<string, KeptSettings>>;
  setLevel(conversationId: string, level: NotifyLevel): void;
  mute(conversationId: string, until: Date | 'forever'): void;
  unmute(conversationId: string): void;
  pin(conversationId: string, pinned: boolean): void;
  /** A new message brings it back, unless it is muted. */
  archive(conversationId: string, archived: boolean): void;
  /** From this message on, or from the newest. Receipts stay as they are. Opening it takes the mark away. */
  markUnread(conversationId: string, seq?: number): void;
};

export type Blocks = {
  /** User ids. */
  readonly all: Live<ReadonlySet<string>>;
  block(userId: string): Promise<void>;
  unblock(userId: string): Promise<void>;
};

export type ScheduledMessage = {
  readonly id: string;
  readonly conversationId: string;
  readonly text: string;
  readonly replyTo: number | null;
  readonly threadSeq: number | null;
  readonly attachmentIds: readonly string[];
  readonly sendAt: Date;
  /** Why it could not be sent when its time came; null while it waits for it. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
};

export type ToSchedule = {
  text: string;
  sendAt: Date;
  replyTo?: number | null;
  threadSeq?: number | null;
  attachmentIds?: readonly string[];
};

export type ScheduledMessages = {
  /** Those that wait, and those that were refused; soonest first. */
  readonly all: Live<readonly ScheduledMessage[]>;
  /** Resolves to its id, which is that of the message that it becomes. */
  schedule(conversationId: string, message: ToSchedule): Promise<string>;
  edit(id: string, change: { text?: string; sendAt?: Date }): Promise<void>;
  cancel(id: string): Promise<void>;
  sendNow(id: string): Promise<void>;
};

export type Priority = 'low' | 'normal' | 'high' | 'urgent';

export type AppNotification = {
  readonly id: string;
  /** What kind of event it was: a code. */
  readonly event: string;
  readonly category: string;
  readonly priority: Priority;
  /** In the person's language. */
  readonly title: string;
  readonly body: string;
  /** A path of the app; null when there is nothing to go to. */
  readonly actionUrl: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly conversationId: string | null;
  readonly seq: number | null;
  readonly actorId: string | null;
  /** Those with the same key belong together. */
  readonly groupKey: string | null;
  /** It came without a sound or a toast: its conversation was muted, or there were quiet hours. */
  readonly silent: boolean;
  readonly createdAt: Date;
  readonly read: boolean;
  readonly archived: boolean;
  /** It is urgent, and nobody has said yet that it was seen. */
  readonly awaitsAcknowledgement: boolean;
};

export type NotificationList = {
  /** Newest first, archived ones included. Read ones of long ago are not kept on the device. */
  readonly items: readonly AppNotification[];
  /** Exact; archived ones left out. */
  readonly unread: number;
  readonly unreadBy: ReadonlyMap<string, number>;
  readonly unacknowledged: readonly AppNotification[];
  /** False until all was had once since the start. */
  readonly loaded: boolean;
};

export type Notifications = {
  readonly list: Live<NotificationList>;
  markRead(ids: readonly string[]): void;
  markUnread(ids: readonly string[]): void;
  /** All that are known now; of one category, or of all. */
  markAllRead(category?: string): void;
  /** Put away, or back with false. What is put away counts no more. */
  archive(ids: readonly string[], archived?: boolean): void;
  acknowledge(id: string): void;
  /** Tells of what comes while this client is there, not of what had come before. */
  onArrived(listener: (arrived: readonly AppNotification[]) => void): () => void;
};

export type Channels = { readonly inApp: boolean; readonly push: boolean; readonly email: boolean };

/** When and how a person wants to be told. */
export type NotifyingSettings = {
  /** A name of the IANA database. */
  readonly timeZone: string;
  /** "22:00"; both null for no quiet hours. */
  readonly quietFrom: string | null;
  readonly quietTo: string | null;
  /** On which days the quiet hours begin: 1 is Monday, 7 Sunday. */
  readonly quietDays: readonly number[];
  readonly snoozedUntil: Date | null;
  /** An interval of Postgres: how long something stays unread before it comes by mail; null for never. */
  readonly digestAfter: string | null;
  readonly language: string;
  readonly playsSound: boolean;
  readonly showsContent: boolean;
  /** Nobody has said anything yet: this is what holds for everybody. */
  readonly untouched: boolean;
};

export type NotifyingSettingsChange = Partial<Omit<NotifyingSettings, 'snoozedUntil' | 'untouched'>>;

export type Notifying = {
  readonly settings: Live<NotifyingSettings>;
  /** Both times null: no quiet hours. What is left out stays. */
  change(change: NotifyingSettingsChange): void;
  snooze(until: Date | null): void;
  /** By category; null until load() has had them once. */
  readonly channels: Live<ReadonlyMap<string, Channels> | null>;
  setChannel(category: string, channel: keyof Channels, on: boolean): void;
  /** Asks the server for the categories. */
  load(): Promise<void>;
};

/** A team that this person is in now. */
export type OwnTeam = {
  readonly teamId: string;
  readonly role: 'owner' | 'admin' | 'member' | 'guest';
  readonly joinedAt: Date;
};

/** The part of a Chat that is a person's own. */
export type Personal = {
  readonly drafts: Drafts;
  readonly settings: ConversationSettings;
  readonly blocks: Blocks;
  readonly scheduled: ScheduledMessages;
  readonly notifications: Notifications;
  readonly notifying: Notifying;
  readonly teams: Live<readonly OwnTeam[]>;
  /** Something of a table has changed: for what this client has no view of. */
  onPersonalChange(table: TableName, listener: () => void): () => void;
};
