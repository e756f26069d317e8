import type { ConversationRecord } from '../record/conversation-record.ts';
import type { Member } from '../snapshots.ts';
import type { MemberRow } from '../wire/rows.ts';
import { toPerson, type Directory } from './people.ts';

/** Members of now, by name. `watermarks` is null where they are not told. */
export function memberList(
  members: ConversationRecord['members'],
  watermarks: ConversationRecord['watermarks'] | null,
  people: Directory
): readonly Member[] {
  return [...members.values()]
    .map((row): Member => {
      const mark = watermarks?.get(row.user_id);
      return {
        ...(people.get(row.user_id) ?? toPerson({ ...row, id: row.user_id })),
        role: row.role,
        joinedAt: new Date(row.joined_at),
        deliveredSeq: mark?.delivered_seq ?? null,
        readSeq: mark?.read_seq ?? null
      };
    })
    .sort((a, b) => a.displayName.localeCompare(b.displayName) || (a.id < b.id ? -1 : 1));
}

/** All members, as they were asked for; a membership that has changed since, by a live event, stays as it is. */
export function withAllMembers(record: ConversationRecord, rows: readonly MemberRow[]): ConversationRecord {
  const members = new Map(rows.map((row) => [row.user_id, row]));
  for (const [id, known] of record.members)
    if (known.revision > (members.get(id)?.revision ?? record.cursor)) members.set(id, known);
  return { ...record, members };
}
