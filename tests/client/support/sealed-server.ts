/**
 * Encrypted conversations and key logs as the database keeps them, in memory: written from its contract, so that the client is held to
 * it without a stack. Everything that it is told is in `told`: nobody's words may be there.
 */
import { epochHash, type Bytes, type Epoch, type KeyLogEntry, toBase64Url } from '../../../web/lib/e2ee/index.ts';
import type { Sealed } from '../../../web/lib/e2ee/sealing.ts';
import type { AboutRow, ConversationBackend, OfferedEpoch } from '../../../web/lib/chat/encryption/conversation-backend.ts';
import type { KeyBackend } from '../../../web/lib/chat/encryption/key-backend.ts';
import type { Backup, DeviceRequest, OwnDevice } from '../../../web/lib/chat/encryption/wire.ts';
import { toJson } from '../../../web/lib/chat/encryption/wire.ts';
import { Refused, Unreachable } from '../../../web/lib/chat/errors.ts';
import type { ConversationHeader, EnvelopeRow, MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import type { FileServer } from './file-server.ts';
import { AT } from './rows.ts';

type Kept = {
  members: Set<string>;
  epochs: Epoch[];
  keys: Map<string, Sealed>;
  needsEpoch: boolean;
  handsHistory: boolean;
  about: AboutRow | null;
  messages: MessageRow[];
  counters: Map<string, number>;
  done: Map<string, MessageRow>;
};

const refuse = (code: string, details: string | null = null): never => {
  throw new Refused(code, code, 409, { cause: { code, message: code, details } });
};

export class SealedServer {
  readonly logs = new Map<string, KeyLogEntry[]>();
  readonly told: string[] = [];
  /** Where files lie, in a test that has some. */
  files: FileServer | null = null;
  /** What is lost of answers: a call is done, and the caller does not hear of it. */
  losesAnswer: () => boolean = () => false;
  #devices = new Map<string, OwnDevice & { userId: string }>();
  #requests = new Map<string, DeviceRequest & { userId: string }>();
  #backups = new Map<string, Backup>();
  #parts = new Map<string, Map<string, Bytes>>();
  #conversations = new Map<string, Kept>();

  create(id: string, members: readonly string[]): void {
    this.#conversations.set(id, {
      members: new Set(members),
      epochs: [],
      keys: new Map(),
      needsEpoch: false,
      handsHistory: false,
      about: null,
      messages: [],
      counters: new Map(),
      done: new Map()
    });
  }

  join(id: string, userId: string): void {
    const kept = this.#get(id);
    kept.members.add(userId);
    kept.needsEpoch = kept.epochs.length > 0;
  }

  leave(id: string, userId: string): void {
    const kept = this.#get(id);
    kept.members.delete(userId);
    kept.needsEpoch = kept.epochs.length > 0;
  }

  conversation(id: string): Readonly<Kept> {
    return this.#get(id);
  }

  header(id: string): ConversationHeader {
    const kept = this.#get(id);
    return {
      id,
      kind: 'group',
      title: kept.epochs.length === 0 ? 'Plans' : null,
      created_by: null,
      created_at: AT,
      last_seq: kept.messages.length,
      quiet_count: 0,
      revision: 1,
      epoch: 1,
      is_large: false,
      member_count: kept.members.size,
      last_message_at: null,
      is_encrypted: kept.epochs.length > 0,
      key_epoch: kept.epochs.length,
      needs_epoch: kept.needsEpoch,
      about: kept.about
    };
  }

  keys(userId: string): KeyBackend {
    return this.#overWire({
      keyLogs: async (after) =>
        [...after].flatMap(([of, number]) => (this.logs.get(of) ?? []).slice(number).map((entry) => ({ user_id: of, entry }))),
      appendKeyLog: async (entry, label) => {
        const log = this.logs.get(userId) ?? [];
        if (JSON.stringify(toJson(log.at(-1))) === JSON.stringify(toJson(entry))) return;
        if (entry.number !== log.length + 1) refuse('key_log_behind');
        const { event } = entry;
        const own = [...this.#devices.values()].filter((device) => device.userId === userId);
        if (event.kind === 'identity') for (const device of own) device.removedAt ??= new Date(0);
        if (event.kind === 'device_added') {
          if (this.#devices.has(event.deviceId)) refuse('device_id_taken');
          this.#devices.set(event.deviceId, { id: event.deviceId, userId, label, addedAt: new Date(0), removedAt: null });
        }
        if (event.kind === 'device_removed') this.#devices.get(event.deviceId)!.removedAt = new Date(0);
        this.logs.set(userId, [...log, entry]);
        for (const kept of this.#conversations.values())
          if (kept.members.has(userId) && kept.epochs.length > 0) kept.needsEpoch = true;
      },
      ownDevices: async () => [...this.#devices.values()].filter((device) => device.userId === userId),
      requestDevice: async (keys, label) => {
        const before = this.#requests.get(keys.deviceId);
        this.#requests.set(keys.deviceId, before ?? { userId, keys, label, expiresAt: new Date(0), handedOver: null });
      },
      deviceRequests: async () => [...this.#requests.values()].filter((request) => request.userId === userId),
      handOver: async (deviceId, sealed) => {
        if (this.#devices.get(deviceId)?.removedAt !== null) refuse('device_not_found');
        this.#requests.get(deviceId)!.handedOver = sealed;
      },
      endDeviceRequest: async (deviceId) => void this.#requests.delete(deviceId),
      backup: async () => this.#backups.get(userId) ?? null,
      setBackup: async (backup) => {
        const before = this.#backups.get(userId)?.number ?? 0;
        if (backup.number < Math.max(1, before) || backup.number > before + 1) refuse('backup_behind');
        if (backup.number > before) this.#parts.set(userId, new Map());
        this.#backups.set(userId, backup);
      },
      saveBackupParts: async (number, parts) => {
        if (this.#backups.get(userId)?.number !== number) refuse('backup_behind');
        for (const [name, boxed] of parts) this.#parts.get(userId)!.set(name, boxed);
      },
      backupParts: async () => new Map(this.#parts.get(userId))
    });
  }

  conversations(userId: string): ConversationBackend {
    return this.#overWire({
      memberIds: async (id) => [...this.#get(id).members],
      epochs: async (id, after) => this.#mine(id, userId).epochs.slice(after),
      epochKeys: async (id, deviceId, after) => {
        const { keys, epochs } = this.#mine(id, userId);
        const had = epochs
          .filter(({ number }) => number > after)
          .map(({ number }) => [number, keys.get(`${number}/${deviceId}`)] as const);
        return new Map(had.flatMap(([number, sealed]) => (sealed ? [[number, sealed] as const] : [])));
      },
      turnOn: async (id, offered) => this.#start(id, userId, offered),
      startEpoch: async (id, offered) => this.#start(id, userId, offered),
      handOver: async (id, keys) => {
        const kept = this.#mine(id, userId);
        const given = [...keys].flatMap(([number, all]) =>
          [...all].map(([deviceId, sealed]) => [number, deviceId, sealed] as const)
        );
        if (given.length > 500) refuse('too_many');
        const others = given.some(([, deviceId]) => this.#devices.get(deviceId)?.userId !== userId);
        if (others && !kept.handsHistory) refuse('not_allowed');
        const fresh = given.filter(([number, deviceId]) => !kept.keys.has(`${number}/${deviceId}`));
        for (const [number, deviceId, sealed] of fresh) kept.keys.set(`${number}/${deviceId}`, sealed);
        return fresh.length;
      },
      setHistory: async (id, handsHistory) => void (this.#mine(id, userId).handsHistory = handsHistory),
      setAbout: async (id, about) => void (this.#mine(id, userId).about = about),
      send: async (id, entryId, envelope, { replyTo, threadSeq, fileIds }) => {
        const kept = this.#mine(id, userId);
        const done = kept.done.get(entryId);
        if (done) return done;
        this.#take(kept, userId, envelope, kept.messages.length + 1);
        const row: MessageRow = {
          conversation_id: id,
          seq: kept.messages.length + 1,
          id: entryId,
          sender_id: userId,
          kind: 'text',
          content: '',
          system: null,
          deleted_at: null,
          created_at: AT,
          is_quiet: false,
          edited_at: null,
          reply_to: replyTo,
          thread_seq: threadSeq,
          pinned_at: null,
          reactions: {},
          envelope,
          ...(this.files && fileIds.length > 0 && { attachments: this.files.rows(fileIds) }),
          revision: kept.messages.length + 1
        };
        kept.messages.push(row);
        kept.done.set(entryId, row);
        return row;
      },
      edit: async (id, seq, entryId, envelope) =>
        this.#change(id, userId, seq, entryId, envelope, (row) => ({ ...row, edit_envelope: envelope, edited_at: AT })),
      react: async (id, seq, entryId, envelope) =>
        this.#change(id, userId, seq, entryId, envelope, (row) => ({
          ...row,
          sealed_reactions: [...(row.sealed_reactions ?? []), { id: entryId, user_id: userId, envelope, at: AT }]
        })),
      unreact: async (id, seq, reactionId) => {
        const { messages } = this.#mine(id, userId);
        const row = messages[seq - 1]!;
        const left = (row.sealed_reactions ?? []).filter((one) => one.id !== reactionId || one.user_id !== userId);
        return (messages[seq - 1] = { ...row, sealed_reactions: left });
      }
    });
  }

  #change(
    id: string,
    userId: string,
    seq: number,
    entryId: string,
    envelope: EnvelopeRow,
    make: (row: MessageRow) => MessageRow
  ) {
    const kept = this.#mine(id, userId);
    const done = kept.done.get(entryId);
    if (done) return done;
    this.#take(kept, userId, envelope, kept.messages.length + 1);
    const row = make(kept.messages[seq - 1]!);
    kept.messages[seq - 1] = row;
    kept.done.set(entryId, row);
    return row;
  }

  /** The rules of every envelope. */
  #take(kept: Kept, userId: string, { epoch, deviceId, counter, afterSeq }: EnvelopeRow, seq: number): void {
    const device = this.#devices.get(deviceId);
    if (device?.userId !== userId || device.removedAt !== null) refuse('device_not_found');
    if (kept.needsEpoch) refuse('epoch_needed');
    if (epoch !== kept.epochs.length) refuse('epoch_outdated', String(kept.epochs.length));
    const last = kept.counters.get(deviceId) ?? 0;
    if (counter <= last) refuse('counter_behind', String(last));
    if (afterSeq >= seq) refuse('envelope_invalid', 'afterSeq');
    kept.counters.set(deviceId, counter);
  }

  async #start(id: string, userId: string, { epoch, keys, about }: OfferedEpoch): Promise<void> {
    const kept = this.#mine(id, userId);
    const before = kept.epochs[epoch.number - 2];
    const previous = before ? toBase64Url(await epochHash(before)) : '';
    if (epoch.number <= kept.epochs.length) refuse('epoch_taken', String(kept.epochs.length));
    if (epoch.number !== kept.epochs.length + 1 || toBase64Url(epoch.previous) !== previous) refuse('epoch_invalid');
    const now = [...kept.members].filter((member) => this.logs.has(member)).toSorted();
    const offered = epoch.members.map((member) => `${member.userId}:${member.logLength}`);
    if (offered.join() !== now.map((member) => `${member}:${this.logs.get(member)!.length}`).join())
      refuse('epoch_members_changed');
    kept.epochs.push(epoch);
    for (const [deviceId, sealed] of keys) kept.keys.set(`${epoch.number}/${deviceId}`, sealed);
    kept.about = about ?? kept.about;
    kept.needsEpoch = false;
  }

  #mine(id: string, userId: string): Kept {
    const kept = this.#get(id);
    return kept.members.has(userId) ? kept : refuse('not_a_member');
  }

  #get(id: string): Kept {
    const kept = this.#conversations.get(id);
    if (!kept) throw new Error(`No conversation ${id}.`);
    return kept;
  }

  /** What goes over the wire is heard, and its answer may be lost. */
  #overWire<Calls extends object>(calls: Calls): Calls {
    const wrapped = Object.entries(calls).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        this.told.push(JSON.stringify([name, args.map((arg) => toJson(arg instanceof Map ? Object.fromEntries(arg) : arg))]));
        const answer: unknown = await (call as (...given: unknown[]) => Promise<unknown>)(...args);
        if (this.losesAnswer()) throw new Unreachable('The answer is lost.');
        return answer;
      }
    ]);
    return Object.fromEntries(wrapped) as Calls;
  }
}
