import { beforeAll, describe, expect, test } from 'vitest';
import {
  approvalNumber,
  handOver,
  importIdentity,
  isSameSafetyCode,
  safetyCode,
  safetyNumber,
  takeOver
} from '../../web/lib/e2ee/index.ts';
import { newDevice, Someone } from './world.ts';

describe('a safety number', () => {
  let anna: Someone, bea: Someone;
  beforeAll(async () => {
    [anna, bea] = await Promise.all([Someone.named('anna'), Someone.named('bea')]);
  });

  test('is the same on both sides, twelve groups of five digits', async () => {
    const number = await safetyNumber(anna.keys, bea.keys);
    expect(number).toMatch(/^(\d{5} ){11}\d{5}$/);
    expect(await safetyNumber(bea.keys, anna.keys)).toBe(number);
  });

  test('stays with new devices, changes with a new identity, and is another for another pair', async () => {
    const number = await safetyNumber(anna.keys, bea.keys);
    await anna.addDevice('phone');
    expect(await safetyNumber(anna.keys, bea.keys)).toBe(number);
    const between = { ...anna.keys, userId: 'mallory' };
    expect(await safetyNumber(between, bea.keys)).not.toBe(number);
    await bea.startOver();
    expect(await safetyNumber(anna.keys, bea.keys)).not.toBe(number);
  });

  test('by camera: the code of the other one says the same, and no third key passes', async () => {
    expect(isSameSafetyCode(safetyCode(bea.keys, anna.keys), anna.keys, bea.keys)).toBe(true);
    // A photograph of one's own screen proves nothing.
    expect(isSameSafetyCode(safetyCode(anna.keys, bea.keys), anna.keys, bea.keys)).toBe(false);
    const mallory = await Someone.named('bea');
    expect(isSameSafetyCode(safetyCode(mallory.keys, anna.keys), anna.keys, bea.keys)).toBe(false);
    expect(isSameSafetyCode(safetyCode(bea.keys, mallory.keys), anna.keys, bea.keys)).toBe(false);
  });
});

describe('a device that is approved', () => {
  test('has a number that depends on each of its keys, on whose it shall be, and on the identity it joins', async () => {
    const [device, other] = await Promise.all([newDevice('new'), newDevice('new')]);
    const [anna, impostor] = await Promise.all([Someone.named('anna'), Someone.named('anna')]);
    const { identityKey } = anna.keys;
    const numbers = await Promise.all([
      approvalNumber('anna', identityKey, device.keys),
      approvalNumber('bea', identityKey, device.keys),
      approvalNumber('anna', impostor.keys.identityKey, device.keys),
      approvalNumber('anna', identityKey, { ...device.keys, signingKey: other.keys.signingKey }),
      approvalNumber('anna', identityKey, { ...device.keys, sealingKey: other.keys.sealingKey }),
      approvalNumber('anna', identityKey, { ...device.keys, deviceId: 'other' })
    ]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers[0]).toMatch(/^(\d{5} ){5}\d{5}$/);
  });

  test('gets the identity, and nobody else does', async () => {
    const anna = await Someone.named('anna');
    const device = await newDevice('new');
    const sealed = await handOver('anna', device.keys, anna.identity.pkcs8);
    const secret = await importIdentity(await takeOver('anna', 'new', device.sealing, sealed), anna.keys.identityKey);
    expect(secret.extractable).toBe(false);
    anna.identity = { ...anna.identity, secret };
    await anna.addDevice('by the new one');
    expect(anna.keys.devices.has('by the new one')).toBe(true);
    await expect(takeOver('bea', 'new', device.sealing, sealed)).rejects.toThrow();
    await expect(takeOver('anna', 'other', device.sealing, sealed)).rejects.toThrow();
    await expect(takeOver('anna', 'new', (await newDevice('new')).sealing, sealed)).rejects.toThrow();
  });

  test('does not take an identity that the server made for it', async () => {
    const [anna, impostor] = await Promise.all([Someone.named('anna'), Someone.named('anna')]);
    const device = await newDevice('new');
    const slipped = await handOver('anna', device.keys, impostor.identity.pkcs8);
    const pkcs8 = await takeOver('anna', 'new', device.sealing, slipped);
    await expect(importIdentity(pkcs8, anna.keys.identityKey)).rejects.toMatchObject({ code: 'altered' });
  });
});
