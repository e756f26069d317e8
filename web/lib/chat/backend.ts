import type { ProfileChange } from './person.ts';
import type { OutboxEntry } from './outbox/entry.ts';
import type { PersonalBackend } from './personal/personal-backend.ts';
import type { Cursors, SyncAnswer } from './wire/sync.ts';
import type { MarkRow, StatusRow } from './wire/receipts.ts';
import type { MemberRow, MessageRow, ProfileRow, ReceiptRow } from './wire/rows.ts';
import type { PermissionRow } from './wire/permissions.ts';
import type { PresenceRow } from './wire/room.ts';
import type { Role } from './snapshots.ts';

/** By conversation id: the highest seq. */
export type Marks = Readonly<Record<string, number>>;

/** Messages that are asked for apart from the history, newest first. */
export type MessageQuery =
  /** The one with this seq, and as many as `each` before and after it. */
  | { type: 'around'; seq: number; each: number }
  | { type: 'after'; seq: number; limit: number }
  /** Those in the thread under `root` and before a seq. */
  | { type: 'thread'; root: number; before: number; limit: number }
  | { type: 'pinned' }
  | { type: 'these'; seqs: readonly number[] };

export type DeviceState = 'active' | 'idle' | 'offline';

/** The record on the server: what the client asks of it. Everything rejects with the classes of errors.ts. */
export type Backend = PersonalBackend & {
  /** `personal`: how far what is one's own is known, 0 for nothing; left out, it is not asked for. */
  sync(cursors: Cursors, personal?: number): Promise<SyncAnswer>;
  /** The messages before a seq, newest first, at most `limit`. */
  history(conversationId: string, before: number, limit: number): Promise<MessageRow[]>;
  find(conversationId: string, query: MessageQuery): Promise<MessageRow[]>;
  /** What each role may do in each kind of conversation: the same for everybody, and hardly ever another. */
  permissions(): Promise<PermissionRow[]>;
  /** Sends a message on, to all of these conversations or none; `id` makes it repeatable. */
  forward(conversationId: string, seq: number, to: readonly string[], id: string): Promise<MessageRow[]>;
  closePoll(conversationId: string, seq: number): Promise<MessageRow>;
  /** Does what an entry of the outbox says; the message as it then is. */
  perform(entry: Pick<OutboxEntry, 'conversationId' | 'id' | 'content' | 'action' | 'files'>): Promise<MessageRow>;
  markDelivered(marks: Marks): Promise<MarkRow[]>;
  markRead(marks: Marks): Promise<MarkRow[]>;
  statuses(conversationId: string, seq: number): Promise<StatusRow[]>;

  startDirect(userId: string): Promise<string>;
  createGroup(title: string, userIds: readonly string[]): Promise<string>;
  rename(conversationId: string, title: string): Promise<void>;
  addMembers(conversationId: string, userIds: readonly string[]): Promise<void>;
  removeMember(conversationId: string, userId: string): Promise<void>;
  setRole(conversationId: string, userId: string, role: Role): Promise<void>;
  leave(conversationId: string): Promise<void>;
  /** All members of now, with their watermarks. */
  members(conversationId: string): Promise<(MemberRow & ReceiptRow)[]>;

  profiles(userIds: readonly string[]): Promise<ProfileRow[]>;
  updateProfile(userId: string, change: ProfileChange): Promise<ProfileRow>;
  searchUsers(query: string): Promise<ProfileRow[]>;

  /** `leaving`: the page goes away while this is sent. */
  heartbeat(deviceId: string, state: DeviceState, conversationId: string | null, leaving?: boolean): Promise<void>;
  presence(userIds: readonly string[]): Promise<PresenceRow[]>;
};

export type Session = {
  /**
   * 'signed_out' only when the person has signed out, here or in another tab, or was revoked; never because no session could be
   * had just now. 'renewed': there is a fresh access token.
   */
  subscribe(onChange: (event: 'signed_out' | 'renewed') => void): () => void;
  /** The server does not accept the access token: asks for another. Where that is refused for good, this ends with 'signed_out'. */
  renew(): Promise<void>;
};
