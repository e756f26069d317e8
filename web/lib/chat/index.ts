/**
 * Parley's chat client, without any user interface in it.
 *
 *     const chat = createChat({ supabase, userId });
 *     await chat.start();
 *     const view = chat.openConversation(await chat.startDirect(bobsId));
 *     view.timeline.subscribe(() => show(view.timeline.current.messages));
 *     view.send('Hello');
 */
export { createChat } from './create-chat.ts';
export type { Chat, ChatOptions, Files } from './chat.ts';
export { indexedDbFiles, indexedDbStore, memoryFiles, memoryStore } from './stores.ts';
export type { ConversationView, NewPoll, Thread } from './conversation-view.ts';
export type { Permission } from './permissions.ts';
export type { Landing } from './view/passage.ts';
export type { Attachment } from './attachments/attachment.ts';
export type { LocalFile } from './attachments/entry-file.ts';
export type { LinkPreview } from './link-preview.ts';
export type { Live } from './live.ts';
export type { ChatEncryption } from './encryption/chat-encryption.ts';
export type { OpenedFound, OpenedQuery } from './on-device/search/opened-search.ts';
export type { Safety } from './encryption/encryption.ts';
export type { BackupSecret } from './encryption/key-backup.ts';
export type { ClosedReason } from './encryption/opener.ts';
export type { AskingDevice } from './encryption/asking.ts';
export type { Standing } from './encryption/standing.ts';
export type { OwnDevice } from './encryption/wire.ts';
export type { ConnectionState } from './connection/connection-state.ts';
export type { Person, ProfileChange } from './person.ts';
export { draftKey } from './personal/tables.ts';
export type {
  AppNotification,
  Blocks,
  Channels,
  ConversationSettings,
  Draft,
  Drafts,
  NotificationList,
  Notifications,
  Notifying,
  NotifyingSettings,
  NotifyingSettingsChange,
  NotifyLevel,
  OwnTeam,
  Personal,
  Priority,
  ScheduledMessage,
  ScheduledMessages,
  ToSchedule
} from './personal/personal.ts';
export type { Presence, PresenceMap } from './presence/presence.ts';
export type {
  ConversationList,
  ConversationSummary,
  Forwarded,
  Member,
  Mention,
  MessageReceipt,
  MessageStatus,
  PendingChange,
  Poll,
  Reaction,
  Refusal,
  Role,
  SystemNotice,
  Timeline,
  TimelineMessage
} from './snapshots.ts';
export { BadAnswer, NoRoom, NotSignedIn, RateLimited, Refused, Unreachable } from './errors.ts';
export type { Clock } from './clock.ts';
export type { Surroundings } from './surroundings.ts';
export type { Store } from './outbox/store.ts';
export type { Tabs } from './tabs/tabs.ts';
export type { OutboxEntry } from './outbox/entry.ts';
