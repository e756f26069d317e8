import type { ChatPorts } from '../assembly/ports.ts';
import type { Parts } from '../assembly/parts.ts';
import { Refused } from '../errors.ts';
import type { OpenedSearch } from '../on-device/search/opened-search.ts';
import type { Encryption, Safety } from './encryption.ts';
import type { OwnKeys } from './own-keys.ts';

/** What a person does about encryption. Everything rejects with the classes of errors.ts, Distrusted or WrongSecret. */
export type ChatEncryption = {
  /** This device and the others, the backup. */
  readonly own: OwnKeys;
  /** Encrypts a conversation from now on: there is no way back. Members without a device read from when they have one. */
  turnOn(conversationId: string, options?: { withoutDevice?: boolean }): Promise<void>;
  /** Whether new members of a group are given the keys of what was said before. */
  handsHistory(conversationId: string): Promise<boolean>;
  setHistory(conversationId: string, handsHistory: boolean): Promise<void>;
  /** What was said in encrypted conversations, as far as this device has opened it. */
  search(): Promise<OpenedSearch>;
  safety(userId: string): Promise<Safety | null>;
  verify(userId: string, isSame: boolean): Promise<void>;
};

/** Loaded when it is first asked for. */
export const chatEncryption = (encryption: Encryption, ports: ChatPorts, parts: Parts): ChatEncryption => ({
  search: async () => (await import('../on-device/search/search-of.ts')).searchOf(ports, parts),
  own: encryption.own,
  async turnOn(conversationId, { withoutDevice = false } = {}) {
    const header = parts.keeper.get(conversationId)?.header;
    if (!header) throw new Refused('conversation_not_found', 'This conversation is not known.', 0);
    await encryption.turnOn(header, withoutDevice);
    await parts.syncer.now();
  },
  handsHistory: (id) => encryption.handsHistory(id),
  async setHistory(id, handsHistory) {
    await encryption.setHistory(parts.gate.conversation(id), handsHistory);
    await parts.syncer.now();
  },
  safety: (userId) => encryption.safety(userId),
  verify: (userId, isSame) => encryption.verify(userId, isSame)
});
