/** What a browser does with a push (RFC 8291), by node:crypto, so that it shares nothing with what encrypts. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';

export interface BrowserKeys {
  privateKey: Buffer;
  publicKey: Buffer;
  auth: Buffer;
}

const HEADER = { salt: 16, recordSize: 4, keyLength: 1 };
const TAG = 16;

/** @throws {Error} that says which part of the message is wrong */
export function decrypt(message: Buffer, { privateKey, publicKey, auth }: BrowserKeys): Buffer {
  const salt = message.subarray(0, HEADER.salt);
  const recordSize = message.readUInt32BE(HEADER.salt);
  const keyLength = message[HEADER.salt + HEADER.recordSize]!;
  if (keyLength !== 65) throw new Error(`its key has ${keyLength} bytes`);
  const from = HEADER.salt + HEADER.recordSize + HEADER.keyLength;
  const sender = message.subarray(from, from + keyLength);
  const record = message.subarray(from + keyLength);
  if (record.length > recordSize) throw new Error('it is more than one record');
  const mine = createECDH('prime256v1');
  mine.setPrivateKey(privateKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
  const secret = Buffer.from(hkdfSync('sha256', mine.computeSecret(sender), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-TAG));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -TAG)), decipher.final()]);
  // Zeros may follow the mark of the last record.
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('its last record is not marked as such');
  return padded.subarray(0, end);
}
