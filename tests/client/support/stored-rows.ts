/** What a server has of an encrypted conversation, as the JSON that it sends to one person, and a server that serves it so. */
import * as z from 'zod/mini';
import type { ConversationBackend } from '../../../web/lib/chat/encryption/conversation-backend.ts';
import type { KeyBackend } from '../../../web/lib/chat/encryption/key-backend.ts';
import {
  backupPartSchema,
  backupSchema,
  epochSchema,
  keyLogRowSchema,
  sealedSchema,
  toJson
} from '../../../web/lib/chat/encryption/wire.ts';
import { BadAnswer, Refused } from '../../../web/lib/chat/errors.ts';
import { headerSchema, messageSchema } from '../../../web/lib/chat/wire/rows.ts';
import type { Served } from './sealed-person.ts';
import type { SealedServer } from './sealed-server.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonRow = { [name: string]: Json };

export type StoredRows = {
  header: JsonRow;
  messages: JsonRow[];
  epochs: JsonRow[];
  epochKeys: JsonRow[];
  keyLog: JsonRow[];
  backups: JsonRow[];
  backupParts: JsonRow[];
};

/** Everything that a server tells this device about this conversation, and about the keys of its members. */
export async function storedRows(server: SealedServer, id: string, userId: string, deviceId: string): Promise<StoredRows> {
  const { members, messages } = server.conversation(id);
  const [keys, conversations] = [server.keys(userId), server.conversations(userId)];
  const stored = {
    header: server.header(id),
    messages,
    epochs: (await conversations.epochs(id, 0)).map((epoch) => ({ epoch })),
    epochKeys: [...(await conversations.epochKeys(id, deviceId, 0))].map(([number, sealed]) => ({ number, sealed })),
    keyLog: await keys.keyLogs(new Map([...members].map((member) => [member, 0]))),
    backups: [await keys.backup()],
    backupParts: [...(await keys.backupParts())].map(([part, boxed]) => ({ part, boxed }))
  };
  return JSON.parse(JSON.stringify(toJson(stored))) as StoredRows;
}

/** Serves rows to one person. What has no form that the client knows, the client refuses as it comes in. */
export class StoredServer implements Served {
  /** Something was refused as it came in. */
  wasRefused = false;
  readonly #rows: StoredRows;
  readonly #members: ReadonlySet<string>;

  constructor(rows: StoredRows, members: ReadonlySet<string>) {
    this.#rows = rows;
    this.#members = members;
  }

  header() {
    return this.#read(headerSchema, this.#rows.header);
  }

  conversation() {
    return { members: this.#members, messages: this.#read(z.array(messageSchema), this.#rows.messages) };
  }

  keys(): KeyBackend {
    const rows = this.#rows;
    return {
      ...nothing(),
      keyLogs: async (after) =>
        this.#read(z.array(keyLogRowSchema), rows.keyLog).filter(
          ({ user_id, entry }) => entry.number > (after.get(user_id) ?? Infinity)
        ),
      backup: async () => this.#read(z.array(backupSchema), rows.backups)[0] ?? null,
      backupParts: async () =>
        new Map(this.#read(z.array(backupPartSchema), rows.backupParts).map(({ part, boxed }) => [part, boxed]))
    };
  }

  conversations(): ConversationBackend {
    const rows = this.#rows;
    const refused = () => Promise.reject(new Refused('not_allowed', 'This server only shows.', 403));
    return {
      memberIds: async () => [...this.#members],
      epochs: async (_id, after) =>
        this.#read(z.array(z.object({ epoch: epochSchema })), rows.epochs).flatMap(({ epoch }, n) => (n >= after ? [epoch] : [])),
      epochKeys: async (_id, _device, after) => {
        const keys = this.#read(z.array(z.object({ number: z.number(), sealed: sealedSchema })), rows.epochKeys);
        return new Map(keys.filter(({ number }) => number > after).map(({ number, sealed }) => [number, sealed]));
      },
      turnOn: refused,
      startEpoch: refused,
      handOver: refused,
      setHistory: refused,
      setAbout: refused,
      send: refused,
      edit: refused,
      react: refused,
      unreact: refused
    };
  }

  #read<Schema extends z.ZodMiniType>(schema: Schema, row: unknown): z.output<Schema> {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    this.wasRefused = true;
    throw new BadAnswer('The answer has another form than this client knows.');
  }
}

const nothing = () => ({
  appendKeyLog: async () => {},
  ownDevices: async () => [],
  requestDevice: async () => {},
  deviceRequests: async () => [],
  handOver: async () => {},
  endDeviceRequest: async () => {},
  setBackup: async () => {},
  saveBackupParts: async () => {}
});
