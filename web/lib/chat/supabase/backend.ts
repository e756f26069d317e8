import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Backend, MessageQuery } from '../backend.ts';
import type { OutboxEntry } from '../outbox/entry.ts';
import { markRowSchema, statusRowSchema } from '../wire/receipts.ts';
import { listRowSchema, membership, messageSchema, profileSchema, receiptSchema, whoSomebodyIs } from '../wire/rows.ts';
import { permissionRowSchema } from '../wire/permissions.ts';
import { presenceRowSchema } from '../wire/room.ts';
import { syncAnswerSchema } from '../wire/sync.ts';
import { call, type Rest } from './call.ts';
import { supabasePersonal } from './personal-backend.ts';

const nothing = z.unknown();
const rows = <Schema extends z.ZodMiniType>(schema: Schema) => z.array(schema);
const memberRowSchema = z.pipe(
  z.object({ ...membership, ...receiptSchema.shape, profiles: z.object(whoSomebodyIs) }),
  z.transform(({ profiles, ...member }) => ({ ...member, ...profiles }))
);

const MEMBER_COLUMNS =
  'user_id,role,joined_at,left_at,revision,delivered_seq,delivered_at,read_seq,read_at,profiles(handle,display_name,avatar_url)';
/** What is one's own of a message comes only when it is asked for. */
const MESSAGE_COLUMNS = '*,my_reactions,my_votes';
const PROFILE_COLUMNS = 'id,handle,display_name,avatar_url';
const MEMBERS_PAGE = 1000;

const attached = (files: OutboxEntry['files']) => (files ? { attachment_ids: files.map(({ id }) => id) } : {});

/** The function that does what an entry says, and what it takes beside the conversation. */
function requestFor({
  id,
  content,
  action,
  files
}: Parameters<Backend['perform']>[0]): [name: string, args: Record<string, unknown>] {
  switch (action.type) {
    case 'send':
      return [
        'send_message',
        {
          id,
          content,
          reply_to: action.replyTo,
          thread_seq: action.threadSeq ?? null,
          ...attached(files),
          ...(action.preview && { preview: action.preview })
        }
      ];
    case 'poll': {
      const { options, isMultiple, isAnonymous, closesAt } = action;
      const settings = { is_multiple: isMultiple, is_anonymous: isAnonymous, closes_at: closesAt };
      return ['create_poll', { id, question: content, options, ...settings }];
    }
    case 'edit':
      return ['edit_message', { id, seq: action.seq, content }];
    case 'delete':
      return ['delete_message', { seq: action.seq }];
    case 'react':
      return [action.on ? 'add_reaction' : 'remove_reaction', { id, seq: action.seq, emoji: action.emoji }];
    case 'pin':
      return [action.on ? 'pin_message' : 'unpin_message', { id, seq: action.seq }];
    case 'vote':
      return ['vote', { id, seq: action.seq, options: action.options }];
    default: {
      const never: never = action;
      return never;
    }
  }
}

function found(rest: Rest, conversationId: string, query: MessageQuery) {
  const messages = () => rest.from('messages').select(MESSAGE_COLUMNS).eq('conversation_id', conversationId);
  switch (query.type) {
    case 'around': {
      const { seq, each } = query;
      return rest
        .rpc('messages_around', { conversation_id: conversationId, seq, before: each, after: each })
        .select(MESSAGE_COLUMNS)
        .order('seq', { ascending: false });
    }
    case 'after':
      // Numbers have no gaps: so many that follow are those up to there.
      return messages()
        .gt('seq', query.seq)
        .lte('seq', query.seq + query.limit)
        .order('seq', { ascending: false });
    case 'thread':
      return messages()
        .eq('thread_seq', query.root)
        .lt('seq', query.before)
        .order('seq', { ascending: false })
        .limit(query.limit);
    case 'pinned':
      return messages().not('pinned_at', 'is', null).order('seq', { ascending: false });
    case 'these':
      return messages()
        .in('seq', [...query.seqs])
        .order('seq', { ascending: false });
    default: {
      const never: never = query;
      return never;
    }
  }
}

/** The database of Parley behind PostgREST. */
export function supabaseBackend(supabase: SupabaseClient): Backend {
  return {
    ...supabasePersonal(supabase),
    sync: (cursors, personal) => call(supabase, syncAnswerSchema, (rest) => rest.rpc('sync', { cursors, personal })),
    history: (conversationId, before, limit) =>
      call(supabase, rows(messageSchema), (rest) =>
        rest
          .from('messages')
          .select(MESSAGE_COLUMNS)
          .eq('conversation_id', conversationId)
          .lt('seq', before)
          .order('seq', { ascending: false })
          .limit(limit)
      ),
    find: (conversationId, query) => call(supabase, rows(messageSchema), (rest) => found(rest, conversationId, query)),
    permissions: () =>
      call(supabase, rows(permissionRowSchema), (rest) => rest.from('role_permissions').select('kind,role,permission')),
    forward: (conversationId, seq, to, id) =>
      call(supabase, rows(messageSchema), (rest) =>
        rest.rpc('forward_message', { conversation_id: conversationId, seq, to_conversation_ids: to, id })
      ),
    closePoll: (conversationId, seq) =>
      call(supabase, messageSchema, (rest) => rest.rpc('close_poll', { conversation_id: conversationId, seq })),
    async perform(entry) {
      const [name, args] = requestFor(entry);
      return call(supabase, messageSchema, (rest) => rest.rpc(name, { conversation_id: entry.conversationId, ...args }).single());
    },
    markDelivered: (marks) => call(supabase, rows(markRowSchema), (rest) => rest.rpc('mark_delivered', { marks })),
    markRead: (marks) => call(supabase, rows(markRowSchema), (rest) => rest.rpc('mark_read', { marks })),
    statuses: (conversationId, seq) =>
      call(supabase, rows(statusRowSchema), (rest) =>
        rest.from('message_statuses').select().eq('conversation_id', conversationId).eq('seq', seq)
      ),

    async startDirect(userId) {
      const { id } = await call(supabase, listRowSchema, (rest) =>
        rest.rpc('start_direct_conversation', { user_id: userId }).single()
      );
      return id;
    },
    async createGroup(title, userIds) {
      const { id } = await call(supabase, listRowSchema, (rest) =>
        rest.rpc('create_group', { title, member_ids: userIds }).single()
      );
      return id;
    },
    async rename(conversationId, title) {
      await call(supabase, nothing, (rest) => rest.rpc('rename_conversation', { conversation_id: conversationId, title }));
    },
    async addMembers(conversationId, userIds) {
      await call(supabase, nothing, (rest) => rest.rpc('add_members', { conversation_id: conversationId, user_ids: userIds }));
    },
    async removeMember(conversationId, userId) {
      await call(supabase, nothing, (rest) => rest.rpc('remove_member', { conversation_id: conversationId, user_id: userId }));
    },
    async setRole(conversationId, userId, role) {
      await call(supabase, nothing, (rest) =>
        rest.rpc('set_member_role', { conversation_id: conversationId, user_id: userId, role })
      );
    },
    async leave(conversationId) {
      await call(supabase, nothing, (rest) => rest.rpc('leave_conversation', { conversation_id: conversationId }));
    },
    async members(conversationId) {
      const all: z.output<typeof memberRowSchema>[] = [];
      for (;;) {
        const page = await call(supabase, rows(memberRowSchema), (rest) =>
          rest
            .from('members')
            .select(MEMBER_COLUMNS)
            .eq('conversation_id', conversationId)
            .is('left_at', null)
            .order('user_id')
            .range(all.length, all.length + MEMBERS_PAGE - 1)
        );
        all.push(...page);
        if (page.length < MEMBERS_PAGE) return all;
      }
    },

    profiles: (userIds) =>
      call(supabase, rows(profileSchema), (rest) => rest.from('profiles').select(PROFILE_COLUMNS).in('id', userIds)),
    async updateProfile(userId, { handle, displayName, avatarUrl }) {
      const changes = { handle, display_name: displayName, avatar_url: avatarUrl };
      return call(supabase, profileSchema, (rest) =>
        rest.from('profiles').update(changes).eq('id', userId).select(PROFILE_COLUMNS).single()
      );
    },
    searchUsers: (query) => call(supabase, rows(profileSchema), (rest) => rest.rpc('search_users', { query })),

    async heartbeat(deviceId, state, conversationId, leaving = false) {
      const args = { device_id: deviceId, state, conversation_id: conversationId };
      await call(supabase, nothing, (rest) => rest.rpc('heartbeat', args), { keepalive: leaving });
    },
    presence: (userIds) => call(supabase, rows(presenceRowSchema), (rest) => rest.rpc('presence', { user_ids: userIds }))
  };
}
