/** An encrypted conversation of three people with four devices, as a server has it, and what Bob sees of what is served to him. */
import { expect } from 'vitest';
import type { KeptDevice, KeyStore } from '../../../web/lib/chat/encryption/key-store.ts';
import { memoryKeys } from '../../../web/lib/chat/encryption/memory-keys.ts';
import { shown } from '../../../web/lib/chat/view/shown-message.ts';
import type { MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import { newRecoveryCode } from '../../../web/lib/e2ee/index.ts';
import { SealedDevice } from './sealed-person.ts';
import { SealedServer } from './sealed-server.ts';
import { StoredServer, storedRows, type StoredRows } from './stored-rows.ts';

export const [ALICE, BOB, CAROL] = ['a', 'b', 'c'].map((n) => `0${n}000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string
];
export const ROOM = '0d000000-0000-4000-8000-00000000000d';
export const OTHER_ROOM = '0e000000-0000-4000-8000-00000000000e';
const MEMBERS = new Set([ALICE, BOB, CAROL]);

/** What a person sees of the conversation. */
export type Seen = { title: string | null; messages: Map<string, SeenMessage> };
type SeenMessage = { said: string; reactions: string[]; closed: string | null };

const people = { get: () => null } as never;

function seenOf(row: MessageRow): SeenMessage {
  const { content, notice, deleted, replyTo, threadSeq, poll, preview, attachments, forwarded, senderId, ...rest } = shown(
    row,
    null,
    BOB,
    people
  );
  const said = { content, notice, deleted, replyTo, threadSeq, poll, preview, attachments, forwarded, senderId };
  const reactions = rest.reactions.map(({ emoji, count }) => `${emoji} ${count}`);
  return { said: JSON.stringify(said), reactions, closed: rest.closed };
}

export class TamperedRoom {
  /** What the server has of it for Bob, and of another conversation of the same people. */
  readonly stored: StoredRows;
  readonly other: StoredRows;
  /** What opens Bob's backup. */
  readonly code: string;
  readonly bob: SealedDevice;
  readonly device: KeptDevice;
  truth!: Seen;

  private constructor(bob: SealedDevice, device: KeptDevice, code: string, stored: StoredRows, other: StoredRows) {
    this.bob = bob;
    this.device = device;
    this.code = code;
    this.stored = stored;
    this.other = other;
  }

  static async begin(): Promise<TamperedRoom> {
    const server = new SealedServer();
    const begun = async (userId: string, code: string) => {
      const device = await SealedDevice.open(server, userId);
      await device.own.begin({ kind: 'recovery_code', text: code }, 'Firefox');
      return device;
    };
    const says = async (device: SealedDevice, room: string, text: string, action?: Parameters<SealedDevice['say']>[2]) => {
      device.see(room);
      return device.say(room, text, action);
    };
    const [aliceCode, code, carolCode] = await Promise.all([newRecoveryCode(), newRecoveryCode(), newRecoveryCode()]);
    const [alice, bob, carol] = [await begun(ALICE, aliceCode), await begun(BOB, code), await begun(CAROL, carolCode)];
    for (const room of [ROOM, OTHER_ROOM]) {
      server.create(room, [...MEMBERS]);
      await alice.encryption.turnOn(server.header(room));
      await says(alice, room, `Under the oak of ${room}`);
      await says(bob, room, 'Which oak?', { type: 'send', replyTo: 1 });
      await says(carol, room, 'Ask me', { type: 'send', replyTo: null, threadSeq: 1 });
      await says(bob, room, '', { type: 'react', seq: 1, emoji: '🌳', on: true });
      await says(carol, room, '', { type: 'react', seq: 1, emoji: '🌲', on: true });
    }
    const phone = await SealedDevice.open(server, ALICE);
    await phone.own.restore(aliceCode, 'Phone');
    for (const room of [ROOM, OTHER_ROOM]) {
      await says(phone, room, 'From the phone');
      await says(alice, room, 'Under the elm', { type: 'edit', seq: 1 });
      await says(bob, room, 'That one!');
      await bob.read(room);
    }
    await bob.own.refresh();
    const device = (await bob.store.device(BOB))!;
    const rows = (room: string) => storedRows(server, room, BOB, device.deviceId);
    const made = new TamperedRoom(bob, device, code, await rows(ROOM), await rows(OTHER_ROOM));
    made.truth = await made.look(made.copy());
    expect([...made.truth.messages.values()].map(({ closed }) => closed)).toEqual([null, null, null, null, null]);
    expect(made.truth.messages.values().next().value?.reactions).toEqual(['🌳 1', '🌲 1']);
    expect(made.truth.title).toBe('Plans');
    return made;
  }

  copy(): StoredRows {
    return structuredClone(this.stored);
  }

  /** What lies on Bob's device that knows nothing yet but its own keys. */
  async withKeys(): Promise<KeyStore> {
    const store = memoryKeys();
    await store.putDevice(this.device);
    return store;
  }

  /** Bob's device that is served this. */
  async served(rows: StoredRows, store?: KeyStore): Promise<{ device: SealedDevice; server: StoredServer }> {
    const server = new StoredServer(rows, MEMBERS);
    return { server, device: await SealedDevice.open(server, BOB, store ?? (await this.withKeys())) };
  }

  /** What Bob's device shows that is served this. */
  async look(rows: StoredRows, store?: KeyStore): Promise<Seen & { wasRefused: boolean }> {
    const { device, server } = await this.served(rows, store);
    try {
      await device.read(ROOM);
      await device.encryption.settled();
      const messages = new Map((await device.read(ROOM)).map((row) => [row.id, seenOf(row)]));
      const title = (await device.encryption.about(server.header()))?.title ?? null;
      return { title, messages, wasRefused: server.wasRefused };
    } catch (error) {
      if (!server.wasRefused) throw error;
      return { title: null, messages: new Map(), wasRefused: true };
    }
  }

  /** Nothing that nobody has said: each message is as it was made, or closed. */
  expectNothingFalse(seen: Seen, what: string): void {
    expect([null, this.truth.title], what).toContain(seen.title);
    for (const [id, { said, reactions, closed }] of seen.messages) {
      const { content } = JSON.parse(said) as { content: string };
      if (closed) expect(content, what).toBe('');
      else expect(said, what).toBe(this.truth.messages.get(id)?.said);
      for (const reaction of reactions) expect(this.truth.messages.get(id)?.reactions, what).toContain(reaction);
    }
  }

  /** Which messages are not as they were. */
  differing(seen: Seen): string[] {
    const { messages } = this.truth;
    return [...messages].flatMap(([id, one]) => (JSON.stringify(seen.messages.get(id)) === JSON.stringify(one) ? [] : [id]));
  }
}
