import { Distrusted } from '../errors.ts';
import type { Envelope } from './envelope.ts';

/** Of each device, in one conversation: the place and the counter of what was opened last, the highest place first. */
export type SeenOrder = ReadonlyMap<string, { seq: number; counter: number }>;

type Ordered = Pick<Envelope, 'deviceId' | 'counter' | 'afterSeq'>;

/**
 * Notes a message at its place. Throws Distrusted `misplaced` when the server shows it before something that its sender had
 * already seen, or two messages of a device in another order than it sent them. Messages come with rising `seq`.
 */
export function inOrder(seen: SeenOrder, envelope: Ordered, seq: number): SeenOrder {
  if (envelope.afterSeq >= seq) throw new Distrusted('misplaced', 'This stands before something that its sender had seen.');
  const last = seen.get(envelope.deviceId);
  if (last && seq > last.seq && envelope.counter <= last.counter)
    throw new Distrusted('misplaced', 'This stands after something that was sent later.');
  return new Map(seen).set(envelope.deviceId, { seq, counter: envelope.counter });
}
