import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Envelope, inOrder, open, type Place, seal, type SeenOrder } from '../../web/lib/e2ee/index.ts';
import { pad, unpad } from '../../web/lib/e2ee/padding.ts';
import { type Device, flipped, newDevice } from './world.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code ?? String(error)
  );
const text = (value: string) => new TextEncoder().encode(value);

describe('an envelope', () => {
  const place: Place = { conversationId: 'c1', messageId: 'm1', kind: 'message', senderId: 'anna' };
  const epoch = { number: 3, secret: crypto.getRandomValues(new Uint8Array(32)) };
  let phone: Device, other: Device, envelope: Envelope;

  beforeAll(async () => {
    [phone, other] = await Promise.all([newDevice('phone'), newDevice('other')]);
    envelope = await sealed('hello');
  });

  const sealed = (content: string, order = { counter: 1, afterSeq: 6 }) =>
    seal(text(content), place, { deviceId: 'phone', signingSecret: phone.signing.secret }, epoch, order);

  test('opens where it belongs', async () => {
    expect(await open(envelope, place, phone.keys, epoch.secret)).toEqual(text('hello'));
  });

  test('opens nowhere else, and for no other sender, kind, device, epoch or order', async () => {
    const places: Partial<Place>[] = [
      { conversationId: 'c2' },
      { messageId: 'm2' },
      { kind: 'edit' },
      { kind: 'reaction' },
      { senderId: 'bea' }
    ];
    for (const change of places)
      expect(await code(open(envelope, { ...place, ...change }, phone.keys, epoch.secret))).toBe('bad_signature');
    const heads: Partial<Envelope>[] = [{ epoch: 4 }, { deviceId: 'tablet' }, { counter: 2 }, { afterSeq: 5 }];
    for (const change of heads)
      expect(await code(open({ ...envelope, ...change }, place, phone.keys, epoch.secret))).toBe('bad_signature');
    expect(await code(open(envelope, place, other.keys, epoch.secret))).toBe('bad_signature');
    expect(await code(open(envelope, place, undefined, epoch.secret))).toBe('unknown_device');
    expect(await code(open({ ...envelope, scheme: 2 }, place, phone.keys, epoch.secret))).toBe('unsupported_scheme');
    expect(await code(open(envelope, place, phone.keys, new Uint8Array(32)))).toBe('altered');
  });

  test('any bit that is turned over is found', async () => {
    for (let at = 0; at < envelope.ciphertext.length; at++) {
      const changed = { ...envelope, ciphertext: flipped(envelope.ciphertext, at, at % 8) };
      expect(await code(open(changed, place, phone.keys, epoch.secret))).toBe('bad_signature');
    }
    for (let at = 0; at < envelope.signature.length; at++) {
      const changed = { ...envelope, signature: flipped(envelope.signature, at, at % 8) };
      expect(await code(open(changed, place, phone.keys, epoch.secret))).toBe('bad_signature');
    }
  });

  test('a member who signs what was not encrypted for this place gets no further', async () => {
    const moved = await sealed('hello');
    const elsewhere = { ...place, conversationId: 'c2' };
    const resigned = await seal(text('x'), elsewhere, { deviceId: 'phone', signingSecret: phone.signing.secret }, epoch, moved);
    // The signature of one with the ciphertext of the other.
    expect(await code(open({ ...moved, signature: resigned.signature }, elsewhere, phone.keys, epoch.secret))).toBe(
      'bad_signature'
    );
  });

  test('two of the same text look different, and lengths within 64 bytes look the same', async () => {
    const [a, b] = await Promise.all([sealed('yes'), sealed('yes')]);
    expect(a.ciphertext).not.toEqual(b.ciphertext);
    expect((await sealed('no, not at all')).ciphertext.length).toBe(a.ciphertext.length);
    expect((await sealed('x'.repeat(64))).ciphertext.length).toBe(a.ciphertext.length + 64);
  });

  test('whatever is put in comes out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const content = new Uint8Array(bytes);
        const made = await seal(content, place, { deviceId: 'phone', signingSecret: phone.signing.secret }, epoch, {
          counter: 1,
          afterSeq: 0
        });
        expect(await open(made, place, phone.keys, epoch.secret)).toEqual(content);
      }),
      { numRuns: 100 }
    );
  });
});

test('padding comes off as it went on, and nothing else is taken for it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(unpad(pad(bytes))).toEqual(new Uint8Array(bytes));
    })
  );
  expect(() => unpad(new Uint8Array(64))).toThrow(RangeError);
  expect(() => unpad(new Uint8Array())).toThrow(RangeError);
});

describe('the order of messages', () => {
  const of = (deviceId: string, counter: number, afterSeq: number, epoch = 1) => ({ deviceId, counter, afterSeq, epoch });
  const none: SeenOrder = new Map();

  test('what was sent in order is taken in order, of several devices side by side', () => {
    let seen = inOrder(none, of('a', 1, 0), 1);
    seen = inOrder(seen, of('b', 1, 1), 2);
    seen = inOrder(seen, of('a', 2, 1), 3);
    expect(inOrder(seen, of('b', 5, 3), 4).get('b')).toEqual({ seq: 4, counter: 5, epoch: 1 });
  });

  test('a message before what its sender had seen, or behind a later one of its own, is refused', () => {
    expect(() => inOrder(none, of('a', 1, 7), 7)).toThrow(expect.objectContaining({ code: 'misplaced' }));
    const seen = inOrder(none, of('a', 2, 0), 1);
    expect(() => inOrder(seen, of('a', 1, 0), 2)).toThrow(expect.objectContaining({ code: 'misplaced' }));
    expect(() => inOrder(seen, of('a', 2, 0), 2)).toThrow(expect.objectContaining({ code: 'misplaced' }));
  });

  test('one of an earlier epoch after one of a later is refused, whoever has its key', () => {
    const seen = inOrder(inOrder(none, of('a', 1, 0, 1), 1), of('b', 1, 1, 2), 2);
    expect(() => inOrder(seen, of('a', 2, 1, 1), 3)).toThrow(expect.objectContaining({ code: 'misplaced' }));
    expect(inOrder(seen, of('a', 2, 1, 3), 3).get('a')).toEqual({ seq: 3, counter: 2, epoch: 3 });
  });

  test('the same message seen again is no replay of itself', () => {
    const seen = inOrder(none, of('a', 2, 0), 1);
    expect(inOrder(seen, of('a', 2, 0), 1)).toEqual(seen);
  });
});
