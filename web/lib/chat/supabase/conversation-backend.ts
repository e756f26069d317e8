import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Sealed } from '../../e2ee/sealing.ts';
import type { AboutRow, ConversationBackend, OfferedEpoch } from '../encryption/conversation-backend.ts';
import { epochSchema, sealedSchema, toJson } from '../encryption/wire.ts';
import { messageSchema } from '../wire/rows.ts';
import { call } from './call.ts';

const nothing = z.unknown();
const messageOrRow = z.union([messageSchema, z.tuple([messageSchema])]);
const PAGE = 1000;

/** The server knows who asks. */
const bare = ({ senderId: _me, ...envelope }: AboutRow) => envelope;
const offer = ({ epoch, keys, about }: OfferedEpoch) => ({
  epoch: toJson(epoch),
  keys: toJson(Object.fromEntries(keys)),
  about: about && bare(about)
});

/** Encrypted conversations behind PostgREST. */
export function supabaseConversations(supabase: SupabaseClient): ConversationBackend {
  const message = async (name: string, args: Record<string, unknown>) => {
    const stored = await call(supabase, messageOrRow, (rest) => rest.rpc(name, args));
    return Array.isArray(stored) ? stored[0] : stored;
  };
  return {
    async memberIds(conversationId) {
      const rows = await call(supabase, z.array(z.object({ user_id: z.guid() })), (rest) =>
        rest.from('members').select('user_id').eq('conversation_id', conversationId).is('left_at', null)
      );
      return rows.map(({ user_id }) => user_id);
    },
    async epochs(conversationId, after) {
      const rows = await call(supabase, z.array(z.object({ epoch: epochSchema })), (rest) =>
        rest.from('epochs').select('epoch').eq('conversation_id', conversationId).gt('number', after).order('number').limit(PAGE)
      );
      return rows.map(({ epoch }) => epoch);
    },
    async epochKeys(conversationId, deviceId, after) {
      const rows = await call(supabase, z.array(z.object({ number: z.number(), sealed: sealedSchema })), (rest) =>
        rest
          .from('epoch_keys')
          .select('number,sealed')
          .eq('conversation_id', conversationId)
          .eq('device_id', deviceId)
          .gt('number', after)
          .order('number')
          .limit(PAGE)
      );
      return new Map(rows.map(({ number, sealed }): [number, Sealed] => [number, sealed]));
    },
    async turnOn(conversationId, offered, withoutDevice) {
      const args = { conversation_id: conversationId, ...offer(offered), without_device: withoutDevice };
      await call(supabase, nothing, (rest) => rest.rpc('turn_on_encryption', args));
    },
    async startEpoch(conversationId, offered) {
      await call(supabase, nothing, (rest) => rest.rpc('start_epoch', { conversation_id: conversationId, ...offer(offered) }));
    },
    handOver(conversationId, keys) {
      const given = toJson(Object.fromEntries([...keys].map(([number, sealed]) => [number, Object.fromEntries(sealed)])));
      return call(supabase, z.number(), (rest) => rest.rpc('hand_over_keys', { conversation_id: conversationId, keys: given }));
    },
    async setHistory(conversationId, handsHistory) {
      const args = { conversation_id: conversationId, hands_history: handsHistory };
      await call(supabase, nothing, (rest) => rest.rpc('set_history', args));
    },
    async setAbout(conversationId, about) {
      await call(supabase, nothing, (rest) => rest.rpc('set_about', { conversation_id: conversationId, about: bare(about) }));
    },
    send: (conversationId, id, envelope, { mentionedIds, replyTo, threadSeq, fileIds }) =>
      message('send_envelope', {
        conversation_id: conversationId,
        id,
        envelope,
        reply_to: replyTo,
        thread_seq: threadSeq,
        ...(fileIds.length > 0 && { attachment_ids: fileIds }),
        mentioned_ids: mentionedIds
      }),
    edit: (conversationId, seq, id, envelope, { mentionedIds }) =>
      message('edit_envelope', { conversation_id: conversationId, seq, id, envelope, mentioned_ids: mentionedIds }),
    react: (conversationId, seq, id, envelope) =>
      message('add_sealed_reaction', { conversation_id: conversationId, seq, id, envelope }),
    unreact: (conversationId, seq, id) => message('remove_sealed_reaction', { conversation_id: conversationId, seq, id })
  };
}
