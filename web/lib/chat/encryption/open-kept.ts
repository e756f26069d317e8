import { type ContentKind, open, type Place } from '../../e2ee/message/envelope.ts';
import { readKeyLog } from '../../e2ee/identity/key-log.ts';
import type { EnvelopeRow } from '../wire/rows.ts';
import { fromBytes, type Contents } from './content.ts';
import { fromRow } from './envelope-row.ts';
import { epochName } from './epoch-name.ts';
import type { KeyStore } from './key-store.ts';
import { openHere } from './vault.ts';

type Kept = Pick<KeyStore, 'device' | 'people' | 'epochs' | 'secret'>;

/**
 * What an envelope says, by the keys that lie on this device alone: nothing is asked for, as in a service worker that has little time.
 * Null where they are not enough, and for whatever is not to be believed. The key of an epoch and the epoch itself were checked before
 * they were kept.
 */
export async function openKept<Kind extends ContentKind>(
  store: Kept,
  me: string,
  place: Place & { kind: Kind },
  row: EnvelopeRow
): Promise<Contents[Kind] | null> {
  const { conversationId, senderId } = place;
  try {
    const [device, person, epoch, kept] = await Promise.all([
      store.device(me),
      store.people(me).then((all) => all.find((known) => known.of === senderId)),
      store.epochs(me, conversationId).then((all) => all.find(({ number }) => number === row.epoch)?.epoch),
      store.secret(me, conversationId, row.epoch)
    ]);
    if (!device || !person || !epoch || !kept) return null;
    // Whom the key was not for cannot speak with it, even who has got hold of it.
    if (!epoch.members.some(({ userId, deviceIds }) => userId === senderId && deviceIds.includes(row.deviceId))) return null;
    const keys = await readKeyLog(senderId, person.entries, person);
    const secret = await openHere(device.local, epochName(conversationId, row.epoch), kept.boxed);
    return fromBytes(place.kind, await open(fromRow(row), place, keys.past.get(row.deviceId), secret));
  } catch {
    return null;
  }
}
