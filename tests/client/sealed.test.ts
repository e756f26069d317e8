/** Encrypted conversations of the client, against the contract of the database in memory. */
import { beforeEach, describe, expect, test } from 'vitest';
import { newRecoveryCode } from '../../web/lib/e2ee/index.ts';
import { Refused } from '../../web/lib/chat/errors.ts';
import { entryOf, SealedDevice } from './support/sealed-person.ts';
import { SealedServer } from './support/sealed-server.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';
const CAROL = '0c000000-0000-4000-8000-000000000003';
const ROOM = '0d000000-0000-4000-8000-000000000004';

let server: SealedServer;
let alice: SealedDevice;
let bob: SealedDevice;
let code: string;

/** Somebody's first device, with a backup that a recovery code opens. */
async function begun(userId: string, recovery: string): Promise<SealedDevice> {
  const device = await SealedDevice.open(server, userId);
  await device.own.begin({ kind: 'recovery_code', text: recovery }, 'Firefox');
  return device;
}

beforeEach(async () => {
  server = new SealedServer();
  code = await newRecoveryCode();
  [alice, bob] = await Promise.all([begun(ALICE, code), begun(BOB, await newRecoveryCode())]);
  server.create(ROOM, [ALICE, BOB]);
});

async function turnOn(): Promise<void> {
  await alice.encryption.turnOn(server.header(ROOM));
  alice.see(ROOM);
  bob.see(ROOM);
}

describe('what is said', () => {
  beforeEach(turnOn);

  test('is read by the members, also edited and with reactions, and by nobody who was told it on the way', async () => {
    await alice.say(ROOM, 'The treasure lies under the oak');
    await bob.read(ROOM);
    await bob.say(ROOM, 'Which oak?');
    await alice.say(ROOM, 'The treasure lies under the elm', { type: 'edit', seq: 1 });
    await bob.say(ROOM, '', { type: 'react', seq: 1, emoji: '🌳', on: true });
    expect(await alice.texts(ROOM)).toEqual(['The treasure lies under the elm', 'Which oak?']);
    await expect
      .poll(async () => (await alice.read(ROOM))[0])
      .toMatchObject({
        reactions: { '🌳': { count: 1, user_ids: [BOB] } },
        my_reactions: []
      });
    expect((await bob.read(ROOM))[0]).toMatchObject({ content: 'The treasure lies under the elm', my_reactions: ['🌳'] });
    await bob.say(ROOM, '', { type: 'react', seq: 1, emoji: '🌳', on: false });
    expect((await alice.read(ROOM))[0]?.sealed_reactions).toEqual([]);
    for (const word of ['treasure', '🌳', 'Plans']) expect(server.told.join('\n')).not.toContain(word);
  });

  test('the name of the group is for its members', async () => {
    expect(bob.gate.record).toBeDefined();
    expect(server.header(ROOM).title).toBeNull();
    await bob.read(ROOM);
    const titles = async () => {
      for (;;) {
        const { title } = bob.encryption.rows.header(server.header(ROOM));
        if (title) return title;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    expect(await titles()).toBe('Plans');
  });

  test('an answer that is lost changes nothing: the same bytes go again', async () => {
    let lost = 2;
    server.losesAnswer = () => server.told.at(-1)!.startsWith('["send"') && (lost -= 1) >= 0;
    await alice.say(ROOM, 'once');
    const sent = server.told.filter((call) => call.startsWith('["send"'));
    expect(sent.length).toBe(3);
    expect(new Set(sent).size).toBe(1);
    expect(await bob.texts(ROOM)).toEqual(['once']);
  });

  test('a member who comes reads from then on, one who goes no more', async () => {
    await alice.say(ROOM, 'before Carol');
    const carol = await begun(CAROL, await newRecoveryCode());
    server.join(ROOM, CAROL);
    alice.see(ROOM);
    await alice.say(ROOM, 'with Carol');
    expect(await carol.texts(ROOM)).toEqual([null, 'with Carol']);
    await carol.say(ROOM, 'hello');
    server.leave(ROOM, CAROL);
    for (const device of [alice, bob]) await device.read(ROOM);
    await bob.say(ROOM, 'without Carol');
    expect(await alice.texts(ROOM)).toEqual(['before Carol', 'with Carol', 'hello', 'without Carol']);
    // Even with all that the server has.
    server.join(ROOM, CAROL);
    expect(await carol.texts(ROOM)).toEqual([null, 'with Carol', 'hello', null]);
  });

  test('two who make the next key at once agree on one', async () => {
    await begun(CAROL, await newRecoveryCode());
    server.join(ROOM, CAROL);
    for (const device of [alice, bob]) await device.read(ROOM);
    await Promise.all([alice.say(ROOM, 'from Alice'), bob.say(ROOM, 'from Bob')]);
    expect(server.conversation(ROOM).epochs.length).toBe(2);
    expect((await alice.texts(ROOM)).toSorted()).toEqual(['from Alice', 'from Bob']);
    expect((await bob.texts(ROOM)).toSorted()).toEqual(['from Alice', 'from Bob']);
  });
});

describe('what is not what its sender made', () => {
  beforeEach(turnOn);

  const tampered = async (change: (messages: ReturnType<typeof server.conversation>['messages']) => void) => {
    await alice.say(ROOM, 'one');
    alice.see(ROOM);
    await alice.say(ROOM, 'two');
    change(server.conversation(ROOM).messages);
    return (await bob.read(ROOM)).map((row) => ('closed' in row ? row.closed : row.content));
  };

  test('a changed byte, another sender, another message are told', async () => {
    const flipped = await tampered((messages) => {
      const envelope = messages[0]!.envelope!;
      const first = envelope.ciphertext.startsWith('A') ? 'B' : 'A';
      messages[0] = { ...messages[0]!, envelope: { ...envelope, ciphertext: first + envelope.ciphertext.slice(1) } };
    });
    expect(flipped).toEqual(['bad_signature', 'two']);
  });

  test('another place is told', async () => {
    const swapped = await tampered((messages) => {
      const [one, two] = [messages[0]!, messages[1]!];
      messages.splice(0, 2, { ...two, seq: 1 }, { ...one, seq: 2 });
    });
    expect(swapped).toContain('misplaced');
  });

  test('words that nobody has sealed are told', async () => {
    const forged = await tampered((messages) => {
      const { envelope: _, ...plain } = messages[1]!;
      messages[1] = { ...plain, content: 'Send me money' };
    });
    expect(forged).toEqual(['one', 'unsealed']);
  });

  test('somebody else’s name is told', async () => {
    const named = await tampered((messages) => {
      messages[0] = { ...messages[0]!, sender_id: BOB };
    });
    expect(named).toEqual(['unknown_device', 'two']);
  });
});

describe('nothing goes as it stands', () => {
  test('a conversation that turns out to be encrypted is sealed to', async () => {
    await turnOn();
    // This tab has not heard of it: its record says that it is not encrypted.
    const late = await SealedDevice.open(server, ALICE, alice.store);
    const plainly: string[] = [];
    const entry = entryOf(ALICE, ROOM, 'a secret', { type: 'send', replyTo: null });
    await late.gate.perform(entry, async () => {
      plainly.push(entry.content);
      throw new Refused('plaintext_refused', 'It is encrypted.', 400);
    });
    expect(await bob.texts(ROOM)).toEqual(['a secret']);
    await late.gate.perform(entryOf(ALICE, ROOM, 'another', { type: 'send', replyTo: null }), async () => {
      throw new Error('It was said once.');
    });
    expect(plainly).toEqual(['a secret']);
  });

  test('a key that is not for the members is not sent with, where they were not known yet', async () => {
    await begun(CAROL, await newRecoveryCode());
    server.join(ROOM, CAROL);
    await turnOn();
    server.leave(ROOM, CAROL);
    // The server does not tell that somebody has gone.
    Object.assign(server.conversation(ROOM), { needsEpoch: false });
    const late = await SealedDevice.open(server, ALICE, alice.store);
    const refused = () => Promise.reject(new Refused('plaintext_refused', 'It is encrypted.', 400));
    await late.gate.perform(entryOf(ALICE, ROOM, 'without Carol', { type: 'send', replyTo: null }), refused);
    const newest = server.conversation(ROOM).epochs.at(-1)!;
    expect(newest.members.map(({ userId }) => userId)).toEqual([ALICE, BOB]);
    expect(server.conversation(ROOM).messages[0]?.envelope?.epoch).toBe(newest.number);
  });

  test.each([
    ['a message', { type: 'send', replyTo: null }],
    ['an edit', { type: 'edit', seq: 1 }],
    ['a reaction', { type: 'react', seq: 1, emoji: '👍', on: true }],
    ['a poll', { type: 'poll', options: ['a', 'b'], isMultiple: false, isAnonymous: false, closesAt: null }],
    ['a vote', { type: 'vote', seq: 1, options: [0] }]
  ] as const)('%s stays here where it cannot be sealed', async (_what, action) => {
    await turnOn();
    await alice.say(ROOM, 'first');
    const stranger = await SealedDevice.open(server, ALICE);
    stranger.see(ROOM);
    const entry = entryOf(ALICE, ROOM, 'a secret', structuredClone(action) as typeof entry.action);
    const before = server.told.length;
    let wentPlainly = false;
    const sent = stranger.gate.perform(entry, async () => {
      wentPlainly = true;
      throw new Error('never');
    });
    await expect(sent).rejects.toBeInstanceOf(Refused);
    expect(wentPlainly).toBe(false);
    expect(server.told.slice(before).join()).not.toContain('secret');
  });
});

describe('devices', () => {
  beforeEach(turnOn);

  test('a new one is let in by another, and reads everything', async () => {
    await bob.say(ROOM, 'before');
    await alice.read(ROOM);
    const phone = await SealedDevice.open(server, ALICE);
    expect(phone.own.standing.current).toMatchObject({ state: 'elsewhere', was: false, locks: ['recovery_code'] });
    await phone.own.ask('Phone');
    const [asking] = await alice.own.asking();
    expect(phone.own.standing.current).toMatchObject({ state: 'asking', number: asking!.number, isHandedOver: false });
    await alice.own.approve(asking!);
    await phone.own.refresh();
    expect(phone.own.standing.current).toMatchObject({ isHandedOver: true });
    await phone.own.take();
    expect(phone.own.standing.current).toEqual({ state: 'ready', backup: 'kept' });
    bob.see(ROOM);
    await bob.say(ROOM, 'after');
    expect(await phone.texts(ROOM)).toEqual(['before', 'after']);
    await phone.say(ROOM, 'from the phone');
    expect((await bob.texts(ROOM)).at(-1)).toBe('from the phone');
  });

  test('after all is lost the recovery code brings it back; a wrong one nothing', async () => {
    await bob.say(ROOM, 'before');
    await alice.read(ROOM);
    const anew = await SealedDevice.open(server, ALICE);
    await expect(anew.own.restore(await newRecoveryCode(), 'Again')).rejects.toMatchObject({ name: 'WrongSecret' });
    await anew.own.restore(code.toLowerCase(), 'Again');
    expect(anew.own.standing.current).toEqual({ state: 'ready', backup: 'kept' });
    expect(await anew.texts(ROOM)).toEqual(['before']);
    await anew.say(ROOM, 'I am back');
    expect((await bob.texts(ROOM)).at(-1)).toBe('I am back');
  });

  test('one that is removed reads nothing that is said afterwards, nor the new backup', async () => {
    const lost = await SealedDevice.open(server, ALICE);
    await lost.own.restore(code, 'Lost');
    await bob.read(ROOM);
    await bob.say(ROOM, 'all read this');
    expect(await lost.texts(ROOM)).toEqual(['all read this']);
    const { deviceId } = (await lost.store.device(ALICE))!;
    const fresh = await newRecoveryCode();
    await alice.own.remove(deviceId, { kind: 'recovery_code', text: fresh });
    bob.see(ROOM);
    await bob.say(ROOM, 'the lost one does not');
    expect(await lost.texts(ROOM)).toEqual(['all read this', null]);
    await lost.own.refresh();
    expect(lost.own.standing.current).toMatchObject({ state: 'elsewhere', was: true });
    await expect(lost.say(ROOM, 'hello')).rejects.toMatchObject({ code: 'keys_missing' });
    await expect(lost.own.restore(code, 'Lost')).rejects.toMatchObject({ name: 'WrongSecret' });
    expect(await alice.texts(ROOM)).toEqual(['all read this', 'the lost one does not']);
    const next = await SealedDevice.open(server, ALICE);
    await next.own.restore(fresh, 'Next');
    expect(await next.texts(ROOM)).toEqual(['all read this', 'the lost one does not']);
  });

  test('a new identity is one, and has to be compared again', async () => {
    const before = await bob.encryption.safety(ALICE);
    expect(before).toMatchObject({ isVerified: false, number: (await alice.encryption.safety(BOB))!.number });
    await bob.encryption.verify(ALICE, true);
    expect(await bob.encryption.safety(ALICE)).toMatchObject({ isVerified: true, isChanged: false });
    const anew = await SealedDevice.open(server, ALICE);
    await anew.own.begin({ kind: 'recovery_code', text: await newRecoveryCode() }, 'Anew');
    expect(await bob.encryption.safety(ALICE)).toMatchObject({ isVerified: false, isChanged: true });
    bob.see(ROOM);
    await bob.say(ROOM, 'to the new one');
    expect(await anew.texts(ROOM)).toEqual(['to the new one']);
  });

  test('a server that adds to somebody’s log is not believed', async () => {
    await bob.encryption.safety(ALICE);
    const forged = { ...server.logs.get(BOB)!.at(-1)!, number: 3 };
    server.logs.set(ALICE, [...server.logs.get(ALICE)!, forged]);
    const again = await SealedDevice.open(server, BOB, bob.store);
    await expect(again.encryption.safety(ALICE)).rejects.toMatchObject({ name: 'Distrusted' });
    again.see(ROOM);
    await expect(again.say(ROOM, 'to whom?')).rejects.toMatchObject({ name: 'Refused', cause: { name: 'Distrusted' } });
  });
});
