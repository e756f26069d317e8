import {
  approvalNumber,
  backUp,
  type Bytes,
  checkEpoch,
  checkSecret,
  decryptFile,
  encryptFile,
  epochHash,
  fingerprint,
  fromBase64Url,
  importIdentity,
  newEpoch,
  newIdentity,
  newSealingKeys,
  newSigningKeys,
  nextEntry,
  open,
  openEpoch,
  readKeyLog,
  restore,
  seal,
  toBase64Url,
  unlock
} from '../../../web/lib/e2ee/index.ts';
import { sha256, utf8 } from '../../../web/lib/e2ee/bytes.ts';
import { importSigningSecret } from '../../../web/lib/e2ee/signing.ts';
import { transcript } from '../../../web/lib/e2ee/transcript.ts';
import type { Vectors } from './vectors.ts';

/** A case fails by throwing. It needs nothing but what every runtime has: Node, Deno and browsers run the same ones. */
export type Case = (vectors: Vectors) => Promise<void>;

export const cases: Readonly<Record<string, Case>> = {
  'a transcript is these bytes': async ({ transcript: given }) => {
    same(transcript(given.label, [given.text, given.bytes, given.number, given.list]), given.expected);
  },

  'the key log is read, and its next entry signed the same': async ({ person }) => {
    const keys = await readKeyLog(person.userId, person.log, null);
    same(keys.head, person.head);
    const last = person.log.at(-1)!;
    const before = await readKeyLog(person.userId, person.log.slice(0, -1), null);
    const again = await nextEntry(
      person.userId,
      before,
      last.event,
      last.at,
      await importIdentity(person.identitySecret, before.identityKey)
    );
    same(again.signature, last.signature);
  },

  'fingerprint and approval number have these digits': async ({ person, device }) => {
    const keys = await readKeyLog(person.userId, person.log, null);
    equal(await fingerprint(keys), person.fingerprint);
    equal(await approvalNumber(person.userId, keys.identityKey, device.keys), device.approvalNumber);
  },

  'the epoch is true and opens with the device’s key': async ({ person, device, epoch }) => {
    const keys = await readKeyLog(person.userId, person.log, null);
    await checkEpoch(epoch.epoch, null, new Map([[person.userId, keys]]));
    same(await epochHash(epoch.epoch), epoch.hash);
    const secret = await sealingSecret(device.sealingSecret);
    const opened = await openEpoch(
      epoch.epoch,
      device.keys.deviceId,
      { secret, publicKey: device.keys.sealingKey },
      epoch.sealed
    );
    same(opened, epoch.secret);
    await checkSecret(epoch.epoch, opened);
  },

  'the message opens, and is sealed to the same bytes with the same nonce': async ({ device, epoch, message }) => {
    const { envelope, place } = message;
    same(await open(envelope, place, device.keys, epoch.secret), utf8(message.content));
    const sender = { deviceId: device.keys.deviceId, signingSecret: await importSigningSecret(device.signingSecret) };
    const again = await seal(
      utf8(message.content),
      place,
      sender,
      { number: envelope.epoch, secret: epoch.secret },
      { counter: envelope.counter, afterSeq: envelope.afterSeq },
      () => message.nonce
    );
    same(again.ciphertext, envelope.ciphertext);
    same(again.signature, envelope.signature);
  },

  'the file is encrypted to the same bytes, and back': async ({ file }) => {
    const plain = patterned(file.length);
    const encrypted = await through(plain, encryptFile(file));
    same(await sha256(encrypted), file.sha256);
    same(await through(encrypted, decryptFile(file)), plain);
  },

  'the backup opens by passphrase and by code': async ({ person, epoch, backup }) => {
    same(await unlock(backup.byPassphrase, person.userId, backup.passphrase), backup.secret);
    same(await unlock(backup.byCode, person.userId, backup.recoveryCode), backup.secret);
    const { conversationId, number } = epoch.epoch;
    same(await restore(backup.secret, person.userId, { kind: 'epoch', conversationId, number }, backup.part), epoch.secret);
  },

  'new keys of this runtime do all of it': async () => {
    const [identity, signing, sealing] = await Promise.all([newIdentity(), newSigningKeys(false), newSealingKeys()]);
    if (signing.secret.extractable || sealing.secret.extractable || identity.secret.extractable)
      throw new Error('a secret can be read');
    const first = await nextEntry('me', null, { kind: 'identity', identityKey: identity.publicKey }, 1, identity.secret);
    const device = { deviceId: 'here', signingKey: signing.publicKey, sealingKey: sealing.publicKey };
    const added = { kind: 'device_added', ...device } as const;
    const second = await nextEntry('me', await readKeyLog('me', [first], null), added, 2, identity.secret);
    const keys = await readKeyLog('me', [first, second], null);
    const place = { conversationId: 'c', number: 1, previous: new Uint8Array() };
    const made = await newEpoch(place, { userId: 'me', deviceId: 'here', signingSecret: signing.secret }, [keys]);
    await checkEpoch(made.epoch, null, new Map([['me', keys]]));
    const secret = await openEpoch(made.epoch, 'here', sealing, made.sealed.get('here')!);
    const at = { conversationId: 'c', messageId: 'm', kind: 'message', senderId: 'me' } as const;
    const sender = { deviceId: 'here', signingSecret: signing.secret };
    const envelope = await seal(utf8('hello'), at, sender, { number: 1, secret }, { counter: 1, afterSeq: 0 });
    same(await open(envelope, at, device, secret), utf8('hello'));
    const part = { kind: 'identity', number: 1 } as const;
    const boxed = await backUp(secret, 'me', part, identity.pkcs8);
    same(await restore(secret, 'me', part, boxed), identity.pkcs8);
    same(fromBase64Url(toBase64Url(boxed)), boxed);
  }
};

/** Runs every case: the names of those that failed, with why. */
export async function failures(vectors: Vectors): Promise<string[]> {
  const failed: string[] = [];
  for (const [name, run] of Object.entries(cases))
    await run(vectors).catch((error: unknown) => failed.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`));
  return failed;
}

export const patterned = (length: number): Bytes => Uint8Array.from({ length }, (_, index) => index * 31 + (index >> 8));

export async function through(bytes: Bytes, turn: TransformStream<Bytes, Bytes>): Promise<Bytes> {
  const stream = new ReadableStream<Bytes>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    }
  });
  return new Uint8Array(await new Response(stream.pipeThrough(turn)).arrayBuffer());
}

export const sealingSecret = (pkcs8: Bytes) => crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits']);

const same = (a: Bytes, b: Bytes) => equal(toBase64Url(a), toBase64Url(b));

function equal(a: string, b: string): void {
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}
