import { safetyNumber, type PersonKeys } from '../../e2ee/index.ts';
import { sameBytes } from '../../e2ee/bytes.ts';
import type { Uploads } from '../attachments/uploads.ts';
import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import { Refused } from '../errors.ts';
import type { Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { OutboxEntry } from '../outbox/entry.ts';
import type { ConversationHeader, MessageRow } from '../wire/rows.ts';
import type { Contents } from './content.ts';
import type { ConversationBackend } from './conversation-backend.ts';
import { Epochs } from './epochs.ts';
import { EarlierKeys } from './earlier-keys.ts';
import type { KeyBackend } from './key-backend.ts';
import type { KeyStore } from './key-store.ts';
import { OpenedRows, placeOfAbout, type OpenedRow } from './opened-rows.ts';
import { Opener } from './opener.ts';
import { OwnKeys } from './own-keys.ts';
import { PeopleKeys } from './people-keys.ts';
import { sealFiles } from './seal-files.ts';
import type { SealedFile } from './sealed-file.ts';
import { Sealer, type SealedConversation } from './sealer.ts';

export type EncryptionPorts = {
  me: string;
  keys: KeyBackend;
  conversations: ConversationBackend;
  store: KeyStore;
  newId: () => string;
  clock: Clock;
  /** Hears of rows as they were opened, more than once. */
  onOpened?: (rows: readonly OpenedRow<MessageRow>[]) => void;
  log: Log;
};

/** What the encryption needs of the chat that it is part of. */
export type EncryptionHost = {
  header: (conversationId: string) => ConversationHeader | null;
  /** A message as the server stores it: as it is known, or else asked for. */
  message: (conversationId: string, seq: number) => Promise<MessageRow>;
};

/** The number that two people compare, and what it stands for. */
export type Safety = { number: string; isVerified: boolean; isChanged: boolean };

/** Encrypted conversations of one person on one device, put together. Loaded only where there are any. */
export class Encryption {
  readonly own: OwnKeys;
  readonly people: PeopleKeys;
  readonly rows: OpenedRows;
  /** Another value whenever something may look otherwise. */
  readonly changes: Live<unknown>;
  #ports: EncryptionPorts;
  #host: EncryptionHost;
  #epochs: Epochs;
  #opener: Opener;
  #sealer: Sealer;
  #earlier: EarlierKeys;

  constructor(ports: EncryptionPorts, host: EncryptionHost) {
    const { me, keys, conversations, store, newId, clock, log } = ports;
    this.#ports = ports;
    this.#host = host;
    this.people = new PeopleKeys({ me, backend: keys, store, log });
    this.own = new OwnKeys({ me, backend: keys, store, people: this.people, newId, clock });
    this.#epochs = new Epochs({
      me,
      own: this.own,
      people: this.people,
      backend: conversations,
      store,
      reseal: async (id, key) => {
        const header = host.header(id);
        const about = header && (await this.about(header));
        return header && about ? this.#sealer.about({ id, newestSeq: header.last_seq }, key, about) : null;
      },
      onNext: (id, before, newest) => this.#earlier.came(id, before, newest),
      log
    });
    this.#earlier = new EarlierKeys({
      own: this.own,
      people: this.people,
      epochs: this.#epochs,
      backend: conversations,
      isHanded: (id) => this.handsHistory(id),
      clock,
      log
    });
    this.#opener = new Opener({ epochs: this.#epochs, people: this.people, log });
    this.rows = new OpenedRows(me, this.#opener, ports.onOpened);
    this.#sealer = new Sealer({
      me,
      own: this.own,
      epochs: this.#epochs,
      people: this.people,
      backend: conversations,
      store,
      onSealed: (place, envelope, content) => this.#opener.put(place, envelope, content),
      message: host.message,
      ownReactions: (id, row) => this.rows.own(id, row)
    });
    this.changes = derive([this.#opener.changes, this.people.changes], (opened, followed) => `${opened}/${followed}`);
  }

  /** Looks for this device's keys. Never rejects; what could not be asked is asked by hope(). */
  async start(): Promise<void> {
    await this.own.refresh().catch((error: unknown) => this.#ports.log('keys_unavailable', error));
  }

  /** There is reason to hope: what could not be had is asked for again. */
  async hope(conversationIds: Iterable<string>): Promise<void> {
    await this.start();
    for (const id of conversationIds) this.keysMayHaveCome(id);
  }

  /** All that was asked to be opened so far is, or is known not to be. */
  settled(): Promise<void> {
    return this.#opener.settled();
  }

  /** Says what an entry says, once its files are there. */
  async perform(entry: OutboxEntry, conversation: SealedConversation, uploads: Pick<Uploads, 'send'>): Promise<MessageRow> {
    // Without keys nothing need be encrypted and brought.
    if (!this.own.device) throw new Refused('keys_missing', 'This device has no keys to encrypt with.', 0);
    const files = new Map<string, SealedFile>();
    const perform = () => this.#sealer.perform(entry, conversation, [...files.values()]);
    return uploads.send(entry, perform, sealFiles(this.#ports.newId, files));
  }

  /** What waits for its key is tried again, after a look for new keys. */
  keysMayHaveCome(conversationId: string): void {
    this.#epochs.refresh(conversationId).then(
      () => this.#opener.retry(conversationId),
      (error: unknown) => this.#ports.log('epochs_unavailable', error)
    );
  }

  /** The keys of somebody have changed. */
  async keysChanged(userId: string): Promise<void> {
    const { me, log } = this.#ports;
    const work = userId === me ? this.own.refresh() : this.people.follow([userId]);
    await work.catch((error: unknown) => log('keys_unavailable', error));
  }

  /** From now on only members read what is said there: there is no way back. */
  async turnOn({ id, last_seq, kind, title, description }: ConversationHeader, withoutDevice = false): Promise<void> {
    const about: Contents['about'] | null =
      kind === 'direct' || title === null ? null : { title, ...(description && { description }) };
    await this.#epochs.begin(
      id,
      async (key) => about && this.#sealer.about({ id, newestSeq: last_seq }, key, about),
      withoutDevice
    );
  }

  async rename(conversation: SealedConversation, title: string): Promise<void> {
    await this.#setAbout(conversation, { title });
  }

  /** Whether new members are given the keys of what was said before. */
  async handsHistory(conversationId: string): Promise<boolean> {
    const header = this.#host.header(conversationId);
    return (header && (await this.about(header)))?.handsHistory ?? false;
  }

  /** The server takes keys only where it knows of it; members give them only where one of them has signed it. */
  async setHistory(conversation: SealedConversation, handsHistory: boolean): Promise<void> {
    await this.#ports.conversations.setHistory(conversation.id, handsHistory);
    await this.#setAbout(conversation, { handsHistory });
    if (handsHistory) await this.#earlier.handAll(conversation.id);
  }

  async #setAbout(conversation: SealedConversation, change: Partial<Contents['about']>): Promise<void> {
    const header = this.#host.header(conversation.id);
    const before = header && (await this.about(header));
    const key = await this.#sealer.key(conversation);
    const about = { title: '', ...before, ...change };
    await this.#ports.conversations.setAbout(conversation.id, await this.#sealer.about(conversation, key, about));
  }

  /** What is to be compared with somebody; null while one of both has no keys. Throws Distrusted. */
  async safety(userId: string): Promise<Safety | null> {
    const { me } = this.#ports;
    await this.people.follow([me, userId]);
    const [own, their] = [this.people.get(me), this.people.get(userId)];
    if (!own || !their) return null;
    const verified = this.people.known(userId)?.verified ?? null;
    return {
      number: await safetyNumber(own, their),
      isVerified: verified !== null && sameBytes(verified, their.identityKey),
      isChanged: verified !== null && !sameBytes(verified, their.identityKey)
    };
  }

  /** The number was the same on both screens; or it was not, or is not believed any more. */
  async verify(userId: string, isSame: boolean): Promise<void> {
    await this.people.note(userId, { verified: isSame ? this.#mustHave(userId).identityKey : null });
  }

  /** What a group calls itself; null where that is nothing, or cannot be read here. */
  async about(header: ConversationHeader): Promise<Contents['about'] | null> {
    if (!header.about) return null;
    const opened = await this.#opener.whenKnown(placeOfAbout(header, header.about.senderId), header.about);
    return 'content' in opened ? opened.content : null;
  }

  #mustHave(userId: string): PersonKeys {
    const keys = this.people.get(userId);
    if (!keys) throw new Refused('keys_missing', 'There are no keys of this person.', 0);
    return keys;
  }
}
