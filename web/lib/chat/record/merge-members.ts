import type { MemberRow } from '../wire/rows.ts';
import type { ConversationRecord } from './conversation-record.ts';
import { higher, NOTHING } from './watermark.ts';

/**
 * Puts changed memberships into a record: who joined, who left, whose role changed. `gone`: this person has left. `joinedAtSeq`: the
 * last message at the moment of joining, with which the database starts the watermarks of who joins; null when they come otherwise.
 */
export function changeMembers(
  record: ConversationRecord,
  changes: readonly MemberRow[],
  me: string,
  joinedAtSeq: number | null
): { record: ConversationRecord; gone: boolean } {
  const members = new Map(record.members);
  const watermarks = new Map(record.watermarks);
  let { role } = record;
  let gone = false;
  for (const member of changes) {
    if (member.left_at) {
      members.delete(member.user_id);
      watermarks.delete(member.user_id);
      gone ||= member.user_id === me;
      continue;
    }
    const joins = !members.has(member.user_id);
    members.set(member.user_id, member);
    if (member.user_id === me) role = member.role;
    else if (joins && !record.header.is_large && joinedAtSeq !== null) {
      const start = { delivered_seq: joinedAtSeq, delivered_at: null, read_seq: joinedAtSeq, read_at: null };
      watermarks.set(member.user_id, higher(watermarks.get(member.user_id) ?? NOTHING, start));
    }
  }
  return { record: { ...record, members, watermarks, role }, gone };
}
