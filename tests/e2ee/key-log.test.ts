import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type KeyLogEntry, newIdentity, nextEntry, readKeyLog } from '../../web/lib/e2ee/index.ts';
import { flipped, newDevice, Someone } from './world.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code
  );

describe('a key log', () => {
  let anna: Someone;
  beforeAll(async () => {
    anna = await Someone.named('anna');
    await anna.addDevice('phone');
    await anna.addDevice('laptop');
    await anna.happen({ kind: 'device_removed', deviceId: 'phone' });
  });

  test('says whose devices hold now, and remembers the others', () => {
    expect([...anna.keys.devices.keys()]).toEqual(['laptop']);
    expect([...anna.keys.past.keys()]).toEqual(['phone', 'laptop']);
    expect(anna.keys.identityNumber).toBe(1);
  });

  test('a new identity leaves no device, and is counted', async () => {
    const bea = await Someone.named('bea');
    await bea.addDevice('phone');
    await bea.startOver();
    expect(bea.keys.devices.size).toBe(0);
    expect(bea.keys.past.size).toBe(1);
    expect(bea.keys.identityNumber).toBe(2);
    await bea.addDevice('tablet');
    expect([...bea.keys.devices.keys()]).toEqual(['tablet']);
  });

  test('is one person’s: another cannot pass it off as theirs', async () => {
    expect(await code(readKeyLog('mallory', anna.log, null))).toBe('bad_signature');
  });

  test('an entry by another key is refused', async () => {
    const stranger = await newIdentity();
    const device = await newDevice('evil');
    const entry = await nextEntry('anna', anna.keys, { kind: 'device_added', ...device.keys }, 9, stranger.secret);
    expect(await code(readKeyLog('anna', [...anna.log, entry], null))).toBe('bad_signature');
  });

  test('a device cannot come again under an id that was used', async () => {
    const phone = await newDevice('phone');
    const entry = await nextEntry('anna', anna.keys, { kind: 'device_added', ...phone.keys }, 9, anna.identity.secret);
    expect(await code(readKeyLog('anna', [...anna.log, entry], null))).toBe('malformed');
  });

  test('may grow, but neither shrink nor change behind what was seen', async () => {
    const known = anna.keys;
    expect(await code(readKeyLog('anna', anna.log, known))).toBe('fine');
    expect(await code(readKeyLog('anna', anna.log.slice(0, -1), known))).toBe('log_forked');
    const other = await nextEntry(
      'anna',
      await readKeyLog('anna', anna.log.slice(0, 3), null),
      { kind: 'device_removed', deviceId: 'laptop' },
      9,
      anna.identity.secret
    );
    expect(await code(readKeyLog('anna', [...anna.log.slice(0, 3), other], known))).toBe('log_forked');
    // An identity that takes everything over is a continuation: it is shown, not refused.
    const grown = await nextEntry('anna', known, { kind: 'device_removed', deviceId: 'laptop' }, 9, anna.identity.secret);
    expect(await code(readKeyLog('anna', [...anna.log, grown], known))).toBe('fine');
  });

  test('whatever is left out, swapped, repeated or turned over in it is found', async () => {
    await fc.assert(
      fc.asyncProperty(tampering(anna.log.length), async (change) => {
        const changed = change(anna.log);
        const result = await code(readKeyLog('anna', changed, null));
        // Cut at the end, it is a log that was true once: only who has seen more can tell.
        if (isPrefix(changed, anna.log)) expect(result).toBe('fine');
        else expect(result).toMatch(/malformed|bad_signature/);
      }),
      { numRuns: 300 }
    );
  });
});

type Change = (log: readonly KeyLogEntry[]) => KeyLogEntry[];

const isPrefix = (a: readonly KeyLogEntry[], b: readonly KeyLogEntry[]) =>
  a.length > 0 && a.every((entry, index) => entry === b[index]);

/** One way to tamper with a log of this length. */
const tampering = (length: number): fc.Arbitrary<Change> => {
  const index = fc.nat(length - 1);
  const replace = (log: readonly KeyLogEntry[], at: number, entry: KeyLogEntry) => log.with(at, entry);
  return fc.oneof(
    index.map(
      (at): Change =>
        (log) =>
          log.toSpliced(at, 1)
    ),
    index.map(
      (at): Change =>
        (log) =>
          log.toSpliced(at, 0, log[at]!)
    ),
    fc.tuple(index, index).map(
      ([a, b]): Change =>
        (log) =>
          log.with(a, log[b]!).with(b, log[a]!)
    ),
    fc.tuple(index, fc.nat(63), fc.nat(7)).map(
      ([at, byte, bit]): Change =>
        (log) =>
          replace(log, at, { ...log[at]!, signature: flipped(log[at]!.signature, byte, bit) })
    ),
    index.map(
      (at): Change =>
        (log) =>
          replace(log, at, { ...log[at]!, at: log[at]!.at + 1 })
    ),
    fc.tuple(index, fc.nat(31)).map(([at, byte]): Change => (log) => {
      const entry = log[at]!;
      const event =
        entry.event.kind === 'device_added'
          ? { ...entry.event, sealingKey: flipped(entry.event.sealingKey, byte) }
          : entry.event.kind === 'identity'
            ? { ...entry.event, identityKey: flipped(entry.event.identityKey, byte) }
            : { ...entry.event, deviceId: 'laptop' };
      return replace(log, at, { ...entry, event });
    })
  );
};
