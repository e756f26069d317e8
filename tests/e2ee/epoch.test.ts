import { beforeAll, describe, expect, test } from 'vitest';
import {
  checkEpoch,
  checkMaker,
  type Epoch,
  epochHash,
  isCurrent,
  type NewEpoch,
  newEpoch,
  openEpoch,
  type PersonKeys,
  type Sealed
} from '../../web/lib/e2ee/index.ts';
import { type Device, flipped, Someone } from './world.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code ?? String(error)
  );
const directory = (...people: Someone[]): Map<string, PersonKeys> => new Map(people.map((one) => [one.userId, one.keys]));
const makerOf = (person: Someone, device: Device) => ({
  userId: person.userId,
  deviceId: device.keys.deviceId,
  signingSecret: device.signing.secret
});

describe('an epoch', () => {
  let anna: Someone, bea: Someone, phone: Device, laptop: Device, tablet: Device;
  let first: NewEpoch;
  const place = { conversationId: 'c1', number: 1, previous: new Uint8Array() };

  beforeAll(async () => {
    [anna, bea] = await Promise.all([Someone.named('anna'), Someone.named('bea')]);
    phone = await anna.addDevice('phone');
    laptop = await anna.addDevice('laptop');
    tablet = await bea.addDevice('tablet');
    first = await newEpoch(place, makerOf(anna, phone), [bea.keys, anna.keys]);
  });

  const open = (device: Device, of: NewEpoch, sealed: Sealed | undefined = of.sealed.get(device.keys.deviceId)) =>
    openEpoch(of.epoch, device.keys.deviceId, device.sealing, sealed!);

  test('opens for each device of its members, and is the same for all', async () => {
    await checkEpoch(first.epoch, null, directory(anna, bea));
    for (const device of [phone, laptop, tablet]) expect(await open(device, first)).toEqual(first.secret);
  });

  test('opens for nobody else: not with another device’s part, another epoch’s, nor changed in any byte', async () => {
    const sealed = first.sealed.get('tablet')!;
    expect(await code(open(phone, first, sealed))).toBe('altered');
    const second = await newEpoch({ ...place, number: 2, previous: await epochHash(first.epoch) }, makerOf(anna, phone), [
      anna.keys,
      bea.keys
    ]);
    expect(await code(open(tablet, second, sealed))).toBe('altered');
    for (let at = 0; at < sealed.enc.length; at++)
      expect(await code(open(tablet, first, { ...sealed, enc: flipped(sealed.enc, at) })), `enc ${at}`).toBe('altered');
    for (let at = 0; at < sealed.ciphertext.length; at++)
      expect(await code(open(tablet, first, { ...sealed, ciphertext: flipped(sealed.ciphertext, at) })), `ciphertext ${at}`).toBe(
        'altered'
      );
  });

  test('a maker who gives two people different keys is found out', async () => {
    const other = await newEpoch(place, makerOf(anna, phone), [bea.keys, anna.keys]);
    // Sealed rightly for this epoch, but not the key that it commits to.
    const { epoch } = first;
    const cheated = { ...epoch, commitment: other.epoch.commitment };
    expect(await code(openEpoch(cheated, 'tablet', tablet.sealing, first.sealed.get('tablet')!))).toBe('altered');
    expect(await code(checkMaker(cheated, phone.keys))).toBe('bad_signature');
  });

  test('is current for the people and devices of now only, and stays readable afterwards', async () => {
    const dora = await Someone.named('dora');
    const desk = await dora.addDevice('desk');
    const own = await newEpoch(place, makerOf(dora, desk), [dora.keys, anna.keys]);
    expect(isCurrent(own.epoch, [anna.keys, dora.keys])).toBe(true);
    expect(isCurrent(own.epoch, [dora.keys])).toBe(false);
    expect(isCurrent(own.epoch, [anna.keys, dora.keys, bea.keys])).toBe(false);
    await dora.addDevice('watch');
    expect(isCurrent(own.epoch, [anna.keys, dora.keys])).toBe(false);
    await dora.happen({ kind: 'device_removed', deviceId: 'desk' });
    expect(await code(checkEpoch(own.epoch, null, directory(anna, dora)))).toBe('fine');
  });

  test('is refused when it names devices that its members did not have then', async () => {
    const carl = await Someone.named('carl');
    const desk = await carl.addDevice('desk');
    const ghost = {
      ...anna.keys,
      history: anna.keys.history.map((held) => ({ ...held, deviceIds: [...held.deviceIds, 'ghost'] }))
    };
    const spied = await newEpoch(place, makerOf(carl, desk), [carl.keys, ghost]);
    expect(await code(checkEpoch(spied.epoch, null, directory(anna, carl)))).toBe('misplaced');
    const future = { ...anna.keys, length: anna.keys.length + 1, history: [...anna.keys.history, anna.keys.history.at(-1)!] };
    const early = await newEpoch(place, makerOf(carl, desk), [carl.keys, future]);
    expect(await code(checkEpoch(early.epoch, null, directory(anna, carl)))).toBe('misplaced');
    expect(await code(checkEpoch(first.epoch, null, directory(anna)))).toBe('misplaced');
  });

  test('is refused from a device that was removed before it was made', async () => {
    const emil = await Someone.named('emil');
    const stolen = await emil.addDevice('stolen');
    await emil.addDevice('kept');
    await emil.happen({ kind: 'device_removed', deviceId: 'stolen' });
    const late = await newEpoch(place, makerOf(emil, stolen), [emil.keys, anna.keys]);
    expect(await code(checkEpoch(late.epoch, null, directory(emil, anna)))).toBe('unknown_device');
  });

  test('is refused from a stranger, and from a device that is not its maker’s', async () => {
    const mallory = await Someone.named('mallory');
    const evil = await mallory.addDevice('evil');
    const own = await newEpoch(place, makerOf(mallory, evil), [anna.keys, bea.keys]);
    expect(await code(checkEpoch(own.epoch, null, directory(anna, bea)))).toBe('unknown_device');
    const posing = await newEpoch(place, { ...makerOf(anna, phone), signingSecret: evil.signing.secret }, [anna.keys, bea.keys]);
    expect(await code(checkEpoch(posing.epoch, null, directory(anna, bea)))).toBe('bad_signature');
  });

  test('follows the one before: a fork, a gap or a repetition is refused', async () => {
    const previous = await epochHash(first.epoch);
    const second = await newEpoch({ ...place, number: 2, previous }, makerOf(bea, tablet), [anna.keys, bea.keys]);
    const all = directory(anna, bea);
    expect(await code(checkEpoch(second.epoch, first.epoch, all))).toBe('fine');
    expect(await code(checkEpoch(second.epoch, null, all))).toBe('misplaced');
    expect(await code(checkEpoch(first.epoch, first.epoch, all))).toBe('misplaced');
    const gap = await newEpoch({ ...place, number: 3, previous }, makerOf(bea, tablet), [anna.keys, bea.keys]);
    expect(await code(checkEpoch(gap.epoch, first.epoch, all))).toBe('misplaced');
  });

  test('each part of it is signed', async () => {
    const changes: Partial<Epoch>[] = [
      { conversationId: 'c2' },
      { number: 2 },
      { previous: new Uint8Array([1]) },
      { makerId: 'bea' },
      { makerDeviceId: 'laptop' },
      { members: first.epoch.members.slice(1) },
      { members: first.epoch.members.map((member) => ({ ...member, deviceIds: [...member.deviceIds, 'x'] })) },
      { members: first.epoch.members.map((member) => ({ ...member, logLength: member.logLength + 1 })) },
      { commitment: flipped(first.epoch.commitment, 3) },
      { signature: flipped(first.epoch.signature, 3) }
    ];
    for (const change of changes) expect(await code(checkMaker({ ...first.epoch, ...change }, phone.keys))).toBe('bad_signature');
  });

  test('a device that was removed opens nothing of the next one', async () => {
    const clara = await Someone.named('clara');
    const lost = await clara.addDevice('lost');
    const kept = await clara.addDevice('kept');
    const before = await newEpoch(place, makerOf(clara, kept), [clara.keys]);
    expect(await open(lost, before)).toEqual(before.secret);
    await clara.happen({ kind: 'device_removed', deviceId: 'lost' });
    const after = await newEpoch({ ...place, number: 2, previous: await epochHash(before.epoch) }, makerOf(clara, kept), [
      clara.keys
    ]);
    expect(after.sealed.has('lost')).toBe(false);
    for (const sealed of after.sealed.values()) expect(await code(open(lost, after, sealed))).toBe('altered');
  });
});
