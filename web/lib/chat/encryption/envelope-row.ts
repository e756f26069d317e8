import { fromBase64Url, toBase64Url } from '../../e2ee/base64url.ts';
import { Distrusted, type Envelope } from '../../e2ee/index.ts';
import type { EnvelopeRow } from '../wire/rows.ts';

/** An envelope as the API takes it: exactly these fields. */
export const toRow = ({ scheme, epoch, deviceId, counter, afterSeq, ciphertext, signature }: Envelope): EnvelopeRow => ({
  scheme,
  epoch,
  deviceId,
  counter,
  afterSeq,
  ciphertext: toBase64Url(ciphertext),
  signature: toBase64Url(signature)
});

/** Throws Distrusted `malformed` where bytes are none. */
export function fromRow(row: EnvelopeRow): Envelope {
  try {
    return { ...row, ciphertext: fromBase64Url(row.ciphertext), signature: fromBase64Url(row.signature) };
  } catch (cause) {
    throw new Distrusted('malformed', 'This is no envelope.', { cause });
  }
}
