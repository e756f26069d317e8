import { box, deriveSecret, SECRET_BYTES, unbox } from '../boxed.ts';
import { type Bytes, type Random, systemRandom } from '../bytes.ts';
import { transcript } from '../transcript.ts';

/** What one part of a backup holds: the secret half of the identity (PKCS #8), or the key of an epoch. */
export type Part = { kind: 'identity'; number: number } | { kind: 'epoch'; conversationId: string; number: number };

/** The secret of a new backup: 32 random bytes that the locks hold. */
export const newBackupSecret = (random: Random = systemRandom): Bytes => random(SECRET_BYTES);

/** Boxes a part. It opens only as what it was put in as: the server cannot hand out one for another. */
export async function backUp(backupSecret: Bytes, userId: string, part: Part, plaintext: Bytes, random?: Random): Promise<Bytes> {
  return box(await partsSecret(backupSecret), plaintext, contextOf(userId, part), random);
}

/** Rejects when the part is another one, another person's, or changed. */
export async function restore(backupSecret: Bytes, userId: string, part: Part, boxed: Bytes): Promise<Bytes> {
  return unbox(await partsSecret(backupSecret), boxed, contextOf(userId, part));
}

const partsSecret = (backupSecret: Bytes): Promise<Bytes> => deriveSecret(backupSecret, transcript('backup-parts', []));

const contextOf = (userId: string, part: Part): Bytes =>
  transcript('backup-part', [userId, part.kind, part.kind === 'epoch' ? part.conversationId : '', part.number]);
