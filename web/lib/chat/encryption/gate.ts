import { Distrusted } from '../../e2ee/errors.ts';
import type { Uploads } from '../attachments/uploads.ts';
import { Refused, Unreachable } from '../errors.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import { makesMessage, type OutboxEntry } from '../outbox/entry.ts';
import type { ConversationRecord, ConversationRecords } from '../record/conversation-record.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Encryption, EncryptionHost } from './encryption.ts';
import type { SealedConversation } from './sealer.ts';

export type EncryptionPort = {
  /** Loads what encrypts and opens. */
  load(host: EncryptionHost): Promise<Encryption>;
  /** Forgets this person's keys on this device. */
  wipe(): Promise<void>;
};

type Options = {
  /** Null where a chat does not have it. */
  port: EncryptionPort | null;
  records: Live<ConversationRecords>;
  message: EncryptionHost['message'];
  /** What brings the files of messages. */
  uploads: () => Pick<Uploads, 'send'>;
  /** A conversation turned out to be encrypted, which the record does not say yet. */
  needsSync: () => void;
  /** There is an encrypted conversation, and what it needs is loaded. */
  onLoaded?: () => void;
  log: Log;
};

/**
 * Between the chat and its encrypted conversations: loads the encryption when there is one, and lets nothing that a person has written
 * out of the outbox unsealed once a conversation is known to be encrypted, or the server has said so.
 */
export class EncryptionGate {
  #options: Options;
  #loading: Promise<Encryption> | null = null;
  #loaded: Encryption | null = null;
  #changes = new LiveValue(0);
  #ready = new LiveValue<boolean | null>(null);
  /** Encrypted by the server's word; the record may be behind. */
  #encrypted = new Set<string>();
  /** The newest epoch that was heard of, by conversation. */
  #epochs = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
    options.records.subscribe(() => this.#look());
  }

  /** Another value whenever something sealed may look otherwise. */
  get changes(): Live<number> {
    return this.#changes;
  }

  /** Whether this device has keys; null while that is not known. */
  get ready(): Live<boolean | null> {
    return this.#ready;
  }

  get loaded(): Encryption | null {
    return this.#loaded;
  }

  isEncrypted(conversationId: string): boolean {
    return this.#encrypted.has(conversationId) || this.#record(conversationId)?.header.is_encrypted === true;
  }

  /** Loads it if need be. Rejects with Unreachable where it could not be loaded. */
  get(): Promise<Encryption> {
    return (this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null;
      throw error instanceof Refused ? error : new Unreachable('What encrypts could not be loaded.', { cause: error });
    }));
  }

  /** Does what an entry says. `plainly`: as it stands. */
  async perform(entry: OutboxEntry, plainly: () => Promise<MessageRow>): Promise<MessageRow> {
    if (entry.boxed) throw new Refused('kept_unreadable', 'What was written here cannot be opened any more.', 0);
    if (!isContent(entry)) return plainly();
    if (this.isEncrypted(entry.conversationId)) return this.#sealed(entry);
    try {
      return await plainly();
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'plaintext_refused')) throw error;
      // Somebody has turned it on, and this client has not heard of it.
      this.#encrypted.add(entry.conversationId);
      this.#options.needsSync();
      return this.#sealed(entry);
    }
  }

  async rename(conversationId: string, title: string, plainly: () => Promise<void>): Promise<void> {
    if (!this.isEncrypted(conversationId)) return plainly();
    await (await this.get()).rename(this.conversation(conversationId), title);
  }

  /** Rows as a member reads them, in the order of their numbers. */
  rows(conversationId: string, rows: readonly MessageRow[]): readonly MessageRow[] {
    return this.#loaded ? this.#loaded.rows.rows(conversationId, rows) : rows;
  }

  record(record: ConversationRecord): ConversationRecord {
    return this.#loaded ? this.#loaded.rows.record(record) : record;
  }

  records(records: ConversationRecords): ConversationRecords {
    if (!this.#loaded) return records;
    return new Map([...records].map(([id, record]) => [id, this.record(record)]));
  }

  /** Something that came live; whether it was of concern here. */
  heard(event: string, payload: unknown): boolean {
    if (event !== 'keys' && event !== 'device_request' && event !== 'epoch_keys') return false;
    const { conversation_id } = payload as { conversation_id?: unknown };
    if (event === 'epoch_keys' && typeof conversation_id === 'string') this.#loaded?.keysMayHaveCome(conversation_id);
    else if (event !== 'epoch_keys') void this.#loaded?.start();
    return true;
  }

  /** These messages have come: some say that somebody's keys have changed. */
  arrived(messages: readonly MessageRow[]): void {
    const changed = messages.flatMap(({ system }) => (system?.code === 'keys_changed' ? [String(system.user_id)] : []));
    for (const userId of new Set(changed)) void this.#loaded?.keysChanged(userId);
  }

  /** There is reason to hope. */
  hope(): void {
    const ids = [...this.#options.records.current.keys()].filter((id) => this.isEncrypted(id));
    void this.#loaded?.hope(ids);
    this.#look();
  }

  /** What is known of a conversation where something is to be sealed. */
  conversation(id: string): SealedConversation {
    const record = this.#record(id);
    const members = record ? [...record.members.values()] : [];
    return {
      id,
      memberIds: record?.membersKnown ? members.map(({ user_id }) => user_id) : null,
      newestSeq: record?.window.newest ?? 0,
      keyEpoch: record?.header.key_epoch ?? 0,
      needsEpoch: record?.header.needs_epoch ?? false,
      handles: new Map(members.map(({ user_id, handle }) => [handle.toLowerCase(), user_id]))
    };
  }

  /** Forgets the keys on this device, if there are any. */
  async wipe(): Promise<void> {
    await this.#options.port?.wipe();
  }

  async #sealed(entry: OutboxEntry): Promise<MessageRow> {
    const encryption = await this.get();
    try {
      return await encryption.perform(entry, this.conversation(entry.conversationId), this.#options.uploads());
    } catch (error) {
      // Whose keys are not true is not sent to: the person has to know.
      if (error instanceof Distrusted) throw new Refused(error.code, error.message, 0, { cause: error });
      throw error;
    }
  }

  /** Loads the encryption as soon as there is an encrypted conversation, and looks for keys that an epoch was made with. */
  #look(): void {
    const encrypted = [...this.#options.records.current.values()].filter(({ header }) => header.is_encrypted);
    if (encrypted.length === 0) return;
    if (!this.#loaded) this.get().catch((error: unknown) => this.#options.log('encryption_unavailable', error));
    for (const { header } of encrypted) {
      if ((this.#epochs.get(header.id) ?? 0) >= (header.key_epoch ?? 0)) continue;
      this.#epochs.set(header.id, header.key_epoch ?? 0);
      this.#loaded?.keysMayHaveCome(header.id);
    }
  }

  async #load(): Promise<Encryption> {
    const { port, records, message } = this.#options;
    if (!port) throw new Refused('encryption_unavailable', 'This chat cannot encrypt.', 0);
    const encryption = await port.load({ header: (id) => records.current.get(id)?.header ?? null, message });
    await encryption.start();
    this.#loaded = encryption;
    this.#options.onLoaded?.();
    const changed = () => this.#changes.set(this.#changes.current + 1);
    encryption.changes.subscribe(changed);
    const stood = () => {
      const { state } = encryption.own.standing.current;
      this.#ready.set(state === 'unknown' ? null : state === 'ready');
    };
    stood();
    encryption.own.standing.subscribe(() => {
      stood();
      changed();
      // With this device's keys there may be those of conversations.
      if (encryption.own.device)
        for (const id of records.current.keys()) if (this.isEncrypted(id)) encryption.keysMayHaveCome(id);
    });
    changed();
    return encryption;
  }

  #record(conversationId: string): ConversationRecord | undefined {
    return this.#options.records.current.get(conversationId);
  }
}

/** What it brings is for the members' eyes: not so a deletion or a pin. */
const isContent = ({ action }: OutboxEntry): boolean => makesMessage(action) || ['edit', 'react', 'vote'].includes(action.type);
