import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { PersonalBackend } from '../personal/personal-backend.ts';
import type { TableName } from '../personal/tables.ts';
import type { Asked } from '../personal/wish.ts';
import { categorySchema, type PersonalChange } from '../wire/personal.ts';
import { call } from './call.ts';

const nothing = z.unknown();
/** Functions that return a row of a personal table say at which revision it is. */
const ownRow = z.looseObject({ revision: z.number() });

const MARKS = {
  read: 'mark_notifications_read',
  unread: 'mark_notifications_unread',
  archived: 'archive_notifications',
  unarchived: 'unarchive_notifications'
} as const;

type Request = { name: string; args: Record<string, unknown>; table: TableName | null };

/** The function that does what a wish says, and the table of the row that it returns, if it returns one. */
function requestFor(asked: Asked): Request {
  switch (asked.type) {
    case 'settings': {
      const { level, mutedUntil, archived, pinned } = asked.change;
      // Null would leave it as it is.
      const muted_until = mutedUntil === null ? '-infinity' : mutedUntil;
      const args = { conversation_id: asked.conversationId, notify_level: level, muted_until, archived, pinned };
      return { name: 'set_conversation_settings', args, table: 'conversation_settings' };
    }
    case 'unread': {
      const args = { conversation_id: asked.conversationId, seq: asked.seq };
      return { name: 'mark_unread', args, table: 'conversation_settings' };
    }
    case 'read':
      return { name: 'mark_read', args: { marks: { [asked.conversationId]: asked.seq } }, table: null };
    case 'draft': {
      const { conversationId: conversation_id, threadSeq: thread_seq, id, content, replyTo: reply_to, savedAt: saved_at } = asked;
      return { name: 'save_draft', args: { conversation_id, thread_seq, id, content, reply_to, saved_at }, table: 'drafts' };
    }
    case 'hide': {
      const { conversationId: conversation_id, seqs, hidden } = asked;
      return { name: 'hide_messages', args: { conversation_id, seqs, hidden }, table: null };
    }
    case 'notifications':
      if (asked.to === 'acknowledged') return { name: 'acknowledge_notification', args: { id: asked.ids[0] }, table: null };
      return { name: MARKS[asked.to], args: { ids: asked.ids }, table: null };
    case 'channels': {
      const args = { category: asked.category, ...asked.change };
      return { name: 'set_notification_preference', args, table: 'notification_preferences' };
    }
    case 'notifying':
      return { name: 'set_notification_settings', args: asked.change, table: 'notification_settings' };
    case 'snooze':
      return { name: 'snooze_notifications', args: { until: asked.until }, table: 'notification_settings' };
    case 'all_read':
      return { name: 'mark_all_notifications_read', args: { up_to: asked.upTo, category: asked.category }, table: null };
    default: {
      const never: never = asked;
      return never;
    }
  }
}

/** The personal part of the database behind PostgREST. */
export function supabasePersonal(supabase: SupabaseClient): PersonalBackend {
  const run = async (name: string, args: Record<string, unknown>): Promise<void> => {
    await call(supabase, nothing, (rest) => rest.rpc(name, args));
  };
  const change = async (table: TableName, name: string, args: Record<string, unknown>): Promise<PersonalChange> => {
    const row = await call(supabase, ownRow, (rest) => rest.rpc(name, args));
    return { table, revision: row.revision, row };
  };
  return {
    async grant(asked) {
      const { name, args, table } = requestFor(asked);
      if (table) return change(table, name, args);
      await run(name, args);
      return null;
    },
    categories: () =>
      call(supabase, z.array(categorySchema), (rest) =>
        rest.from('notification_categories').select('category,in_app,push,email')
      ),
    block: (userId) => run('block_user', { user_id: userId }),
    unblock: (userId) => run('unblock_user', { user_id: userId }),
    schedule: (conversationId, id, { text, sendAt, replyTo, threadSeq, attachmentIds }) =>
      change('scheduled_messages', 'schedule_message', {
        conversation_id: conversationId,
        id,
        content: text,
        send_at: sendAt.toISOString(),
        reply_to: replyTo,
        thread_seq: threadSeq,
        attachment_ids: attachmentIds
      }),
    editScheduled: (id, { text, sendAt }) =>
      change('scheduled_messages', 'edit_scheduled_message', { id, content: text, send_at: sendAt?.toISOString() }),
    cancelScheduled: (id) => change('scheduled_messages', 'cancel_scheduled_message', { id }),
    sendScheduled: (id) => run('send_scheduled_message', { id })
  };
}
