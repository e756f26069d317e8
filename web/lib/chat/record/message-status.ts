import type { ConversationRecord } from './conversation-record.ts';

/** How far everybody else has got: an own message at or below `delivered` is delivered, at or below `read` read. */
export type Reach = { readonly delivered: number; readonly read: number };

/**
 * direct: the partner's watermarks. group: the lowest of all other members of now, so that "read" means read by everybody. Nobody
 * else there, or too many for receipts: 0, so that every message stays "sent".
 */
export function reachOf(record: ConversationRecord, me: string): Reach {
  if (record.header.is_large || !record.membersKnown) return { delivered: 0, read: 0 };
  let delivered = Infinity;
  let read = Infinity;
  for (const [userId, mark] of record.watermarks) {
    if (userId === me) continue;
    delivered = Math.min(delivered, mark.delivered_seq);
    read = Math.min(read, mark.read_seq);
  }
  return delivered === Infinity ? { delivered: 0, read: 0 } : { delivered, read };
}

export function statusAt(reach: Reach, seq: number): 'sent' | 'delivered' | 'read' {
  if (seq <= reach.read) return 'read';
  return seq <= reach.delivered ? 'delivered' : 'sent';
}
