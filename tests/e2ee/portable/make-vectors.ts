import { writeFile } from 'node:fs/promises';
import {
  approvalNumber,
  backUp,
  type Bytes,
  encryptFile,
  epochHash,
  fingerprint,
  lockWithCode,
  lockWithPassphrase,
  newEpoch,
  newRecoveryCode,
  nextEntry,
  readKeyLog,
  seal,
  toBase64Url
} from '../../../web/lib/e2ee/index.ts';
import { concat, type Random, sha256, utf8 } from '../../../web/lib/e2ee/bytes.ts';
import { importSigningSecret } from '../../../web/lib/e2ee/signing.ts';
import { transcript } from '../../../web/lib/e2ee/transcript.ts';
import { patterned, through } from './cases.ts';

/*
 * Writes vectors.json anew. All of it follows from what stands here, but for HPKE's own ephemeral key, so that what is sealed
 * differs from run to run.
 */
let drawn = 0;
const random: Random = (length) => Uint8Array.from({ length }, () => (drawn = (drawn * 73 + 41) % 251));

const PKCS8_HEAD = { Ed25519: '302e020100300506032b657004220420', X25519: '302e020100300506032b656e04220420' };
const pkcs8 = (of: keyof typeof PKCS8_HEAD, seed: Bytes): Bytes => concat([Buffer.from(PKCS8_HEAD[of], 'hex'), seed]);

async function publicKey(of: keyof typeof PKCS8_HEAD, secret: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('pkcs8', secret, of, true, of === 'Ed25519' ? ['sign'] : ['deriveBits']);
  return new Uint8Array(Buffer.from((await crypto.subtle.exportKey('jwk', key)).x!, 'base64url'));
}

const userId = '00000000-0000-4000-8000-00000000000a';
const conversationId = '00000000-0000-4000-8000-0000000000c1';
const identitySecret = pkcs8('Ed25519', random(32));
const signingSecret = pkcs8('Ed25519', random(32));
const sealingSecret = pkcs8('X25519', random(32));
const identity = await importSigningSecret(identitySecret);
const signing = await importSigningSecret(signingSecret);
const keys = {
  deviceId: '00000000-0000-4000-8000-0000000000d1',
  signingKey: await publicKey('Ed25519', signingSecret),
  sealingKey: await publicKey('X25519', sealingSecret)
};

const log = [
  await nextEntry(
    userId,
    null,
    { kind: 'identity', identityKey: await publicKey('Ed25519', identitySecret) },
    1_790_000_000_000,
    identity
  )
];
log.push(
  await nextEntry(userId, await readKeyLog(userId, log, null), { kind: 'device_added', ...keys }, 1_790_000_001_000, identity)
);
const person = await readKeyLog(userId, log, null);

const made = await newEpoch(
  { conversationId, number: 1, previous: new Uint8Array() },
  { userId, deviceId: keys.deviceId, signingSecret: signing },
  [person],
  random
);
const place = { conversationId, messageId: '00000000-0000-4000-8000-0000000000e1', kind: 'message', senderId: userId } as const;
const content = '{"text":"Grüße, and a 🦜"}';
const nonce = random(12);
const sender = { deviceId: keys.deviceId, signingSecret: signing };
const envelope = await seal(
  utf8(content),
  place,
  sender,
  { number: 1, secret: made.secret },
  { counter: 1, afterSeq: 0 },
  () => nonce
);
const file = { secret: random(32), prefix: random(7), length: 150_000 };
const backupSecret = random(32);
const passphrase = 'correct horse battery staple';
const recoveryCode = await newRecoveryCode(random);
const given = { label: 'example', text: 'Grüße', bytes: random(5), number: 300, list: ['a', ''] };

const vectors = {
  transcript: { ...given, expected: transcript(given.label, [given.text, given.bytes, given.number, given.list]) },
  person: { userId, identitySecret, log, head: person.head, fingerprint: await fingerprint(person) },
  device: { keys, signingSecret, sealingSecret, approvalNumber: await approvalNumber(userId, person.identityKey, keys) },
  epoch: { epoch: made.epoch, secret: made.secret, hash: await epochHash(made.epoch), sealed: made.sealed.get(keys.deviceId) },
  message: { place, content, nonce, envelope },
  file: { ...file, sha256: await sha256(await through(patterned(file.length), encryptFile(file))) },
  backup: {
    secret: backupSecret,
    passphrase,
    byPassphrase: await lockWithPassphrase(backupSecret, userId, passphrase, undefined, random),
    recoveryCode,
    byCode: await lockWithCode(backupSecret, userId, recoveryCode, random),
    part: await backUp(backupSecret, userId, { kind: 'epoch', conversationId, number: 1 }, made.secret, random)
  }
};

const text = JSON.stringify(vectors, (_key, value: unknown) => (value instanceof Uint8Array ? toBase64Url(value) : value), 2);
await writeFile(new URL('../vectors.json', import.meta.url), `${text}\n`);
