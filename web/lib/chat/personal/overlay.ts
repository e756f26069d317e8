import type { DraftRow, HiddenRow, SettingsRow } from '../wire/personal.ts';
import type { Rows } from './personal-record.ts';
import { draftKey, hiddenKey } from './tables.ts';
import type { WishItem } from './wish-plan.ts';
import type { Asked, SettingsChange } from './wish.ts';

/*
 * Rows as they will be once all wishes are granted: what a person is shown. The same map when no wish concerns it. `now` is an ISO
 * text; a mark that the server has not set yet has it.
 */

export type AskedOf<Type extends Asked['type']> = Extract<Asked, { type: Type }>;

/** What is wished of some kinds, in the order of wishing. */
export function wished<Type extends Asked['type']>(items: readonly WishItem[], ...types: Type[]): AskedOf<Type>[] {
  return items.map(({ wish }) => wish.asked).filter((asked): asked is AskedOf<Type> => types.includes(asked.type as Type));
}

/** What the numbers of a conversation are now: for "archived up to here". */
export type Counts = { readonly lastSeq: number; readonly quietCount: number };

const untouched = (conversationId: string): SettingsRow => ({
  revision: 0,
  conversation_id: conversationId,
  notify_level: 'all',
  muted_until: null,
  pinned_at: null,
  archived_seq: null,
  archived_quiet_count: null,
  unread_from: null
});

export function shownSettings(
  rows: Rows<'conversation_settings'>,
  items: readonly WishItem[],
  countsOf: (conversationId: string) => Counts,
  now: string
): Rows<'conversation_settings'> {
  const wishes = wished(items, 'settings', 'unread', 'read');
  if (wishes.length === 0) return rows;
  const shown = new Map(rows);
  for (const asked of wishes) {
    const before = shown.get(asked.conversationId) ?? untouched(asked.conversationId);
    shown.set(asked.conversationId, changedSettings(before, asked, countsOf(asked.conversationId), now));
  }
  return shown;
}

function changedSettings(
  row: SettingsRow,
  asked: AskedOf<'settings' | 'unread' | 'read'>,
  counts: Counts,
  now: string
): SettingsRow {
  if (asked.type === 'unread') return { ...row, unread_from: asked.seq };
  if (asked.type === 'read') return (row.unread_from ?? 0) <= asked.seq ? { ...row, unread_from: null } : row;
  const { level, mutedUntil, archived, pinned }: SettingsChange = asked.change;
  return {
    ...row,
    ...(level && { notify_level: level }),
    ...(mutedUntil !== undefined && { muted_until: mutedUntil }),
    ...(pinned !== undefined && { pinned_at: pinned ? (row.pinned_at ?? now) : null }),
    ...(archived !== undefined && {
      archived_seq: archived ? counts.lastSeq : null,
      archived_quiet_count: archived ? counts.quietCount : null
    })
  };
}

export function shownDrafts(rows: Rows<'drafts'>, items: readonly WishItem[]): Rows<'drafts'> {
  const wishes = wished(items, 'draft');
  if (wishes.length === 0) return rows;
  const shown = new Map<string, DraftRow>(rows);
  for (const { conversationId, threadSeq, id, content, replyTo, savedAt } of wishes) {
    shown.set(draftKey(conversationId, threadSeq), {
      revision: 0,
      conversation_id: conversationId,
      thread_seq: threadSeq,
      id,
      content,
      reply_to: replyTo,
      saved_at: savedAt
    });
  }
  return shown;
}

export function shownHidden(rows: Rows<'hidden_messages'>, items: readonly WishItem[]): Rows<'hidden_messages'> {
  const wishes = wished(items, 'hide');
  if (wishes.length === 0) return rows;
  const shown = new Map<string, HiddenRow>(rows);
  for (const { conversationId, seqs, hidden } of wishes) {
    for (const seq of seqs) {
      if (hidden)
        shown.set(hiddenKey(conversationId, seq), { revision: 0, conversation_id: conversationId, seq, is_hidden: true });
      else shown.delete(hiddenKey(conversationId, seq));
    }
  }
  return shown;
}
