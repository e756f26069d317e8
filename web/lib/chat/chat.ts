import type { SupabaseClient } from '@supabase/supabase-js';
import type { Attachment } from './attachments/attachment.ts';
import type { Asked } from './attachments/file-addresses.ts';
import type { FileStore } from './attachments/file-store.ts';
import type { Clock } from './clock.ts';
import type { KeyStore } from './encryption/key-store.ts';
import type { ConnectionState } from './connection/connection-state.ts';
import type { ConversationView } from './conversation-view.ts';
import type { ChatEncryption } from './encryption/chat-encryption.ts';
import type { Live } from './live.ts';
import type { Log } from './log.ts';
import type { Store } from './outbox/store.ts';
import type { Person, ProfileChange } from './person.ts';
import type { Personal } from './personal/personal.ts';
import type { PresenceMap } from './presence/presence.ts';
import type { ConversationList } from './snapshots.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tabs } from './tabs/tabs.ts';

export type ChatOptions = {
  /** Made by createClient(); its session is the one that is used, refreshed by itself. */
  supabase: SupabaseClient;
  /** Whose chat this is: the id of the signed-in user, from the session or, offline, from memory. */
  userId: string;
  /** Keeps unsent messages over a reload. @default IndexedDB where there is one, else memory */
  store?: Store;
  /** Keeps files until they are sent. @default IndexedDB where there is one, else memory */
  fileStore?: FileStore;
  /** Keeps the keys of encrypted conversations. @default IndexedDB where there is one, else memory */
  keyStore?: KeyStore;
  /** Names this browser or device in presence. @default a new one, kept in `store` */
  deviceId?: string;
  /** Time, timers and randomness. @default the system's */
  clock?: Clock;
  /** Visible, focused, online? @default those of `window` and `document`; without them: always */
  surroundings?: Surroundings;
  /** The other tabs with this chat, of which one holds the socket for all. @default those of the browser; elsewhere none */
  tabs?: Tabs;
  /** Hears of what went wrong and was handled (a failed sync, a lost channel). @default nobody */
  log?: Log;
};

/** The files of messages. */
export type Files = {
  /**
   * An address to show it from: a signed one, or of the bytes on this device. `shown`: aborted once it is shown no more, and the
   * bytes of an encrypted one may be let go of. Rejects with Refused `file_altered` where these are not what was sent.
   */
  address(attachment: Asked, shown?: AbortSignal): Promise<string>;
  /** An address that saves it under its name. */
  download(attachment: Asked & Pick<Attachment, 'name'>): Promise<string>;
  /** What may be sent: the largest size in bytes, by type. Asked once. */
  types(): Promise<ReadonlyMap<string, number>>;
};

/** The chat of one signed-in person. All that changes is a Live; the methods reject with the classes of errors.ts. */
export type Chat = Personal & {
  readonly userId: string;
  /** Names this device in presence, and for pushes. */
  deviceId(): Promise<string>;
  readonly connection: Live<ConnectionState>;
  /** The own profile; null until it is loaded. */
  readonly me: Live<Person | null>;
  readonly conversations: Live<ConversationList>;
  /** Presence of the partners in the list and of whoever watchPresence() names. */
  readonly presence: Live<PresenceMap>;

  /**
   * Loads the list and goes live. Resolves when the list is there or the first try has failed: from then on `connection` tells,
   * and everything repairs itself. Never rejects.
   */
  start(): Promise<void>;
  /** Leaves the topics, says goodbye to presence, waits for what is under way. The outbox keeps its entries. */
  stop(): Promise<void>;
  /** Tries to connect and to send what is kept now instead of at the next attempt. */
  reconnect(): void;

  /** A view of one conversation; also of one that the list does not show yet. Two views of one conversation share everything. */
  openConversation(conversationId: string): ConversationView;
  /** The conversation with this person, made if there is none. Resolves to its id. */
  startDirect(userId: string): Promise<string>;
  /** Makes a group with oneself as its owner. Resolves to its id. */
  createGroup(title: string, userIds: readonly string[]): Promise<string>;

  /** People whose handle or name begins with or resembles the text (two characters at least), or whose e-mail it is. */
  searchUsers(query: string): Promise<readonly Person[]>;
  /** Asks the server once. */
  fetchPresence(userIds: readonly string[]): Promise<PresenceMap>;
  /** Keeps these people's presence up to date in `presence` until the returned function is called. */
  watchPresence(userIds: readonly string[]): () => void;
  updateProfile(change: ProfileChange): Promise<Person>;

  /** Whether this device has the keys to write in encrypted conversations; null while that is not known. */
  readonly canSeal: Live<boolean | null>;
  /** Encrypted conversations: loaded by this. Rejects with Unreachable where that cannot be done. */
  encryption(): Promise<ChatEncryption>;
  readonly files: Files;

  /** What is unsent in all conversations and tabs: to ask before signing out. */
  readonly unsentCount: Live<number>;
  /** Forgets everything kept on this device, unsent messages included. Call after stop(), at sign-out. */
  wipe(): Promise<void>;
};
