/** Whoever has the database moves rows, repeats them, holds them back, or adds to what stands beside them: what of it a client sees. */
import { beforeAll, describe, expect, test } from 'vitest';
import { toBytes } from '../../web/lib/chat/encryption/content.ts';
import { toRow } from '../../web/lib/chat/encryption/envelope-row.ts';
import { openHere } from '../../web/lib/chat/encryption/vault.ts';
import { seal } from '../../web/lib/e2ee/index.ts';
import type { JsonRow, StoredRows } from './support/stored-rows.ts';
import { ALICE, BOB, CAROL, OTHER_ROOM, ROOM, TamperedRoom } from './support/tampered-room.ts';

let room: TamperedRoom;
beforeAll(async () => {
  room = await TamperedRoom.begin();
});

describe('what nobody has signed', () => {
  const beside: [string, JsonRow][] = [
    ['words', { content: 'Send me money' }],
    ['a reaction', { reactions: { '💰': { count: 1, user_ids: [ALICE], since: '2026-11-21T12:00:00+00:00' } } }],
    ['a preview', { preview: { url: 'https://evil.example/', title: 'Send me money' } }],
    ['a poll', { poll: { options: [{ text: 'Send me money', votes: 1 }], voters: 1, is_multiple: false, is_anonymous: false } }],
    ['a file', { attachments: [{ id: OTHER_ROOM, path: 'x', name: 'Send me money', mime_type: 'image/png', size: 1 }] }],
    ['a source', { forwarded: { sender_id: CAROL, conversation_id: OTHER_ROOM, seq: 1, sent_at: '2026-11-21T12:00:00+00:00' } }],
    ['a notice', { system: { code: 'member_joined', user_id: CAROL } }]
  ];

  test.each(beside)('%s beside an envelope is not shown', async (_what, change) => {
    for (const n of room.stored.messages.keys()) {
      const rows = room.copy();
      Object.assign(rows.messages[n]!, change);
      const seen = await room.look(rows);
      expect(seen.wasRefused).toBe(false);
      expect(room.differing(seen)).toEqual([]);
    }
  });

  test.each(beside)('%s without an envelope is closed', async (_what, change) => {
    const rows = room.copy();
    const { envelope: _, ...bare } = rows.messages.at(-1)!;
    rows.messages.splice(-1, 1, { ...bare, kind: 'text', ...change, system: null });
    const seen = await room.look(rows);
    expect(room.differing(seen)).toEqual([bare.id]);
    expect(seen.messages.get(String(bare.id))).toMatchObject({ closed: 'unsealed', reactions: [] });
    expect(JSON.stringify([...seen.messages.values()])).not.toMatch(/money|evil/);
  });

  test.each<[string, JsonRow]>([
    ['an answer to another message', { reply_to: 2 }],
    ['in another thread', { thread_seq: 2 }],
    ['of another sender', { sender_id: CAROL }],
    ['of nobody', { sender_id: null }],
    ['another message', { id: OTHER_ROOM }]
  ])('a message that is shown as %s is closed', async (_what, change) => {
    const rows = room.copy();
    Object.assign(rows.messages.at(-1)!, change);
    const seen = await room.look(rows);
    const id = String(rows.messages.at(-1)!.id);
    expect(seen.messages.get(id)?.closed).toMatch(/^(misplaced|bad_signature|unknown_device)$/);
    expect(room.differing(seen)).toEqual([String(room.stored.messages.at(-1)!.id)]);
  });
});

describe('places', () => {
  const renumbered = (rows: StoredRows) => rows.messages.forEach((row, n) => (row.seq = n + 1));

  test('any two messages that change places are seen to', async () => {
    for (let n = 0; n < room.stored.messages.length; n += 1)
      for (let m = n + 1; m < room.stored.messages.length; m += 1) {
        const rows = room.copy();
        [rows.messages[n], rows.messages[m]] = [rows.messages[m]!, rows.messages[n]!];
        renumbered(rows);
        const seen = await room.look(rows);
        room.expectNothingFalse(seen, `${n} and ${m}`);
        expect(room.differing(seen).length, `${n} and ${m}`).toBeGreaterThan(0);
      }
  });

  test('a message that is left out is missed as soon as its sender, or one who has seen it, says more', async () => {
    for (let n = 0; n < room.stored.messages.length - 1; n += 1) {
      const rows = room.copy();
      const [gone] = rows.messages.splice(n, 1);
      renumbered(rows);
      expect(room.differing(await room.look(rows)).filter((id) => id !== gone!.id).length, `${n}`).toBeGreaterThan(0);
    }
  });

  test.each<[string, (row: JsonRow) => JsonRow]>([
    ['again', (row) => ({ ...row })],
    ['again under another id', (row) => ({ ...row, id: OTHER_ROOM })],
    ['from another conversation', (row) => ({ ...room.other.messages[Number(row.seq) - 1]!, conversation_id: ROOM })]
  ])('a message that comes %s is closed', async (_how, make) => {
    for (const row of room.stored.messages) {
      const rows = room.copy();
      rows.messages.push({ ...make(row), seq: rows.messages.length + 1 });
      const { device } = await room.served(rows);
      const closed = (await device.read(ROOM)).map((one) => ('closed' in one ? one.closed : null));
      expect(closed.slice(0, -1)).toEqual(room.stored.messages.map(() => null));
      expect(closed.at(-1)).toMatch(/^(misplaced|bad_signature)$/);
    }
  });

  test('somebody who was let go cannot be made to go on with the key of then', async () => {
    const rows = room.copy();
    const [first] = rows.messages;
    // The device of the first message, with the key of the first epoch, after the second has begun.
    const secret = (await room.bob.store.secrets(BOB)).find(
      ({ conversationId, number }) => conversationId === ROOM && number === 1
    )!;
    const place = { conversationId: ROOM, messageId: OTHER_ROOM, kind: 'message' as const, senderId: BOB };
    const key = { number: 1, secret: await openHere(room.device.local, `epoch:${ROOM}:1`, secret.boxed) };
    const sender = { deviceId: room.device.deviceId, signingSecret: room.device.signing.secret };
    const late = await seal(toBytes('message', { text: 'I am still here' }), place, sender, key, { counter: 99, afterSeq: 1 });
    rows.messages.push({ ...first!, id: OTHER_ROOM, sender_id: BOB, seq: rows.messages.length + 1, envelope: toRow(late) });
    delete rows.messages.at(-1)!.edit_envelope;
    const seen = await room.look(rows);
    expect(room.differing(seen)).toEqual([]);
    expect(seen.messages.get(OTHER_ROOM)?.closed).toBe('misplaced');
  });
});

describe('rows that are held back, or of before', () => {
  test('epochs that are left out, or stand in another order, are missed', async () => {
    for (const change of [
      (all: JsonRow[]) => all.slice(1),
      (all: JsonRow[]) => all.slice(0, -1),
      (all: JsonRow[]) => all.toReversed()
    ]) {
      const rows = room.copy();
      rows.epochs = change(rows.epochs);
      const seen = await room.look(rows);
      room.expectNothingFalse(seen, 'epochs');
      expect(room.differing(seen).length).toBeGreaterThan(0);
    }
  });

  test('an entry of a key log that an epoch was made with is missed', async () => {
    for (const n of room.stored.keyLog.keys()) {
      const rows = room.copy();
      rows.keyLog.splice(n, 1);
      const seen = await room.look(rows);
      room.expectNothingFalse(seen, 'key log');
      expect(room.differing(seen).length, `${n}`).toBeGreaterThan(0);
    }
  });

  test('a key log with another end than was seen is not believed', async () => {
    const store = await room.withKeys();
    await room.look(room.copy(), store);
    const carols = (await store.people(BOB)).find(({ of }) => of === CAROL)!;
    await store.putPerson(BOB, {
      ...carols,
      entries: carols.entries.slice(0, -1),
      length: carols.length,
      head: new Uint8Array(32)
    });
    const seen = await room.look(room.copy(), store);
    expect([...seen.messages.values()].find(({ said }) => said.includes(CAROL))?.closed).toBe('log_forked');
  });

  test('an edit that was seen is not taken back, in the tab that has seen it; one that was never seen is not missed', async () => {
    const rows = room.copy();
    const { device } = await room.served(rows);
    await device.read(ROOM);
    const [first] = rows.messages;
    const edit = first!.edit_envelope!;
    rows.messages[0] = { ...first!, edit_envelope: null, revision: Number(first!.revision) + 1 };
    expect((await device.read(ROOM))[0]).toMatchObject({ content: '', closed: 'misplaced' });
    rows.messages[0] = { ...rows.messages[0], edit_envelope: edit, revision: Number(first!.revision) + 2 };
    expect((await device.read(ROOM))[0]).toMatchObject({ content: 'Under the elm' });
    // As docs/encryption.md says.
    rows.messages[0] = { ...first!, edit_envelope: null };
    expect((await room.look(rows)).messages.get(String(first!.id))?.said).toContain('Under the oak');
  });

  test('a row that was opened once is looked at again when anything in it is otherwise', async () => {
    const rows = room.copy();
    const { device } = await room.served(rows);
    await device.read(ROOM);
    const last = rows.messages.at(-1)!;
    for (const [name, value] of Object.entries({
      afterSeq: 0,
      counter: 1,
      ciphertext: 'AAAA',
      deviceId: OTHER_ROOM,
      scheme: 2
    })) {
      rows.messages.splice(-1, 1, { ...last, envelope: { ...(last.envelope as JsonRow), [name]: value } });
      expect((await device.read(ROOM)).at(-1), name).toMatchObject({
        content: '',
        closed: expect.stringMatching(/^(bad_|unknown_|unsupported_)/)
      });
    }
  });
});
