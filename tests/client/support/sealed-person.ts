/** People with devices that encrypt, against a SealedServer: each device is the client's own Encryption behind its gate. */
import type { Uploads } from '../../../web/lib/chat/attachments/uploads.ts';
import { Encryption } from '../../../web/lib/chat/encryption/encryption.ts';
import { EncryptionGate } from '../../../web/lib/chat/encryption/gate.ts';
import type { KeyStore } from '../../../web/lib/chat/encryption/key-store.ts';
import { memoryKeys } from '../../../web/lib/chat/encryption/memory-keys.ts';
import { newId } from '../../../web/lib/chat/ids.ts';
import { LiveValue } from '../../../web/lib/chat/live.ts';
import { noLog } from '../../../web/lib/chat/log.ts';
import type { Action, OutboxEntry } from '../../../web/lib/chat/outbox/entry.ts';
import type { ConversationRecord, ConversationRecords } from '../../../web/lib/chat/record/conversation-record.ts';
import { nothingUnloaded } from '../../../web/lib/chat/record/unloaded.ts';
import type { ConversationHeader, MemberRow, MessageRow } from '../../../web/lib/chat/wire/rows.ts';

/** What a device is served from: a SealedServer, or what somebody has made of one. */
export type Served = {
  keys(userId: string): KeyBackend;
  conversations(userId: string): ConversationBackend;
  conversation(id: string): { readonly members: ReadonlySet<string>; readonly messages: readonly MessageRow[] };
  header(id: string): ConversationHeader;
};
import type { ConversationBackend } from '../../../web/lib/chat/encryption/conversation-backend.ts';
import type { KeyBackend } from '../../../web/lib/chat/encryption/key-backend.ts';

export const entryOf = (userId: string, conversationId: string, content: string, action: Action): OutboxEntry => ({
  version: 2,
  action,
  id: newId(),
  userId,
  conversationId,
  content,
  writtenAt: 0,
  attempts: 0,
  nextAttemptAt: 0,
  refusal: null
});

const memberRow = (userId: string): MemberRow => ({
  user_id: userId,
  role: 'member',
  joined_at: '',
  left_at: null,
  revision: 1,
  handle: userId.slice(0, 2),
  display_name: userId,
  avatar_url: null
});

/** One browser of somebody. */
export class SealedDevice {
  readonly userId: string;
  readonly store: KeyStore;
  readonly gate: EncryptionGate;
  encryption!: Encryption;
  /** What waits for its time to come. */
  readonly later = new Set<() => void>();
  /** What brings files, where a test has some. */
  uploads: Pick<Uploads, 'send'> | null = null;
  #server: Served;
  #records = new LiveValue<ConversationRecords>(new Map());

  private constructor(server: Served, userId: string, store: KeyStore) {
    this.userId = userId;
    this.store = store;
    this.#server = server;
    this.gate = new EncryptionGate({
      port: {
        load: async (host) =>
          new Encryption(
            {
              me: userId,
              keys: server.keys(userId),
              conversations: server.conversations(userId),
              store,
              newId,
              clock: {
                now: () => 1,
                after: (_ms, run) => {
                  this.later.add(run);
                  return () => void this.later.delete(run);
                },
                random: () => 0.5
              },
              log: noLog
            },
            host
          ),
        wipe: () => store.wipe(userId)
      },
      records: this.#records,
      message: async (id, seq) => server.conversation(id).messages[seq - 1]!,
      uploads: () => this.uploads ?? { send: (_entry, perform) => perform() },
      needsSync: () => {},
      log: noLog
    });
  }

  /** `store`: what lies on it from before. */
  static async open(server: Served, userId: string, store = memoryKeys()): Promise<SealedDevice> {
    const device = new SealedDevice(server, userId, store);
    device.encryption = await device.gate.get();
    return device;
  }

  get own() {
    return this.encryption.own;
  }

  /** What waits here does so no more. */
  pass(): void {
    const due = [...this.later];
    this.later.clear();
    for (const run of due) run();
  }

  /** What sync() would bring. */
  see(...conversationIds: string[]): void {
    const seen = conversationIds.flatMap((id) => {
      const { members, messages } = this.#server.conversation(id);
      if (!members.has(this.userId)) return [];
      const record: ConversationRecord = {
        header: this.#server.header(id),
        role: 'member',
        joinedAt: '',
        partner: null,
        preview: null,
        unread: 0,
        cursor: messages.length,
        window: { messages, newest: messages.length },
        unloaded: nothingUnloaded(0),
        members: new Map([...members].map((member) => [member, memberRow(member)])),
        membersKnown: true,
        watermarks: new Map(),
        held: []
      };
      return [[id, record] as const];
    });
    this.#records.set(new Map([...this.#records.current, ...seen]));
  }

  /** Performs until it is done, as the outbox does where an answer was lost. */
  async say(conversationId: string, content: string, action: Action = { type: 'send', replyTo: null }): Promise<MessageRow> {
    const entry = entryOf(this.userId, conversationId, content, action);
    for (let tried = 0; ; tried += 1) {
      try {
        return await this.gate.perform(entry, () => Promise.reject(new Error('As it stands it must never go.')));
      } catch (error) {
        if ((error as Error).name !== 'Unreachable' || tried > 20) throw error;
      }
    }
  }

  /** The conversation as it is read here, once all that can be opened is. */
  async read(conversationId: string): Promise<readonly MessageRow[]> {
    this.see(conversationId);
    const record = () => this.gate.record(this.#records.current.get(conversationId)!);
    const isWaiting = () => record().window.messages.some((row) => (row as { closed?: string }).closed === 'waiting');
    while (isWaiting())
      await new Promise<void>((resolve) => {
        const release = this.gate.changes.subscribe(() => {
          release();
          resolve();
        });
      });
    return record().window.messages;
  }

  async texts(conversationId: string): Promise<(string | null)[]> {
    const rows = await this.read(conversationId);
    return rows.map((row) => (('closed' in row && row.closed) || !('opened' in row) ? null : row.content));
  }
}
