import { Distrusted } from '../errors.ts';
import type { Envelope } from './envelope.ts';

/** Of each device, in one conversation: place, counter and epoch of what was opened last, the highest place first. */
export type SeenOrder = ReadonlyMap<string, { seq: number; counter: number; epoch: number }>;

type Ordered = Pick<Envelope, 'deviceId' | 'counter' | 'afterSeq' | 'epoch'>;

/**
 * Notes a message at its place. Throws Distrusted `misplaced` when the server shows it before something that its sender had
 * already seen, two messages of a device in another order than it sent them, or one of an earlier epoch after one of a later: who
 * is no member any more could else go on speaking with the key of then. Messages come with rising `seq`.
 */
export function inOrder(seen: SeenOrder, { deviceId, counter, afterSeq, epoch }: Ordered, seq: number): SeenOrder {
  if (afterSeq >= seq) throw new Distrusted('misplaced', 'This stands before something that its sender had seen.');
  const last = seen.get(deviceId);
  if (last && seq > last.seq && counter <= last.counter)
    throw new Distrusted('misplaced', 'This stands after something that was sent later.');
  if ([...seen.values()].some((other) => seq > other.seq && epoch < other.epoch))
    throw new Distrusted('misplaced', 'This stands after something of a later epoch.');
  return new Map(seen).set(deviceId, { seq, counter, epoch });
}
