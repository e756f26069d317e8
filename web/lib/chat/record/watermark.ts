import type { ReceiptRow } from '../wire/rows.ts';

/** How far a member has got. Only rises, so two of them merge by maximum, in any order and any number of times. */
export type Watermark = Readonly<Omit<ReceiptRow, 'user_id'>>;

export const NOTHING: Watermark = { delivered_seq: 0, delivered_at: null, read_seq: 0, read_at: null };

/** The same object when `b` adds nothing. */
export function higher(a: Watermark, b: Watermark): Watermark {
  if (b.delivered_seq <= a.delivered_seq && b.read_seq <= a.read_seq) return a;
  const delivered = b.delivered_seq > a.delivered_seq ? b : a;
  const read = b.read_seq > a.read_seq ? b : a;
  return {
    delivered_seq: delivered.delivered_seq,
    delivered_at: delivered.delivered_at,
    read_seq: read.read_seq,
    read_at: read.read_at
  };
}

export const sum = (mark: Watermark): number => mark.delivered_seq + mark.read_seq;
