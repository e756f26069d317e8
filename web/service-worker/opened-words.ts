import { openKept } from '../lib/chat/encryption/open-kept.ts';
import { readKept, type KeptRecord } from '../lib/chat/record/kept-record.ts';
import type { Payload } from '../lib/notifications/payload.ts';

/** As much of a message as a push of an unencrypted one has. */
const LENGTH = 240;

type Keys = Parameters<typeof openKept>[0];

/**
 * What a push of an encrypted message says, as that of another would: by the keys and the records on this device. Null, and its own
 * neutral words stay, where it cannot be opened here or is not to be believed.
 */
export async function openedWords(
  payload: Payload,
  me: string,
  keys: Keys,
  records: readonly unknown[]
): Promise<Pick<Payload, 'title' | 'body'> | null> {
  const { encrypted, conversation_id: conversationId, title, body, count = 1, kind } = payload;
  if (!encrypted || !conversationId) return null;
  const { message_id: messageId, sender_id: senderId, envelope, edit_envelope: edit } = encrypted;
  const place = { conversationId, messageId, senderId };
  // It cannot have been said before what its sender had seen by then.
  if (envelope && payload.seq !== undefined && envelope.afterSeq >= payload.seq) return null;
  // What it says now counts, and nothing else.
  const said = edit
    ? await openKept(keys, me, { ...place, kind: 'edit' }, edit)
    : envelope && (await openKept(keys, me, { ...place, kind: 'message' }, envelope));
  const text = said?.text.replace(/\s+/gu, ' ').trim();
  if (!text) return null;
  const short = [...text].slice(0, LENGTH).join('');
  // A mention or an answer names its sender in its title.
  if (kind === 'notification') return { title, body: short };
  const record = readKept(records).kept.find(({ id }) => id === conversationId);
  const sender = record?.members.find(({ user_id }) => user_id === senderId)?.display_name;
  const named = record?.header.kind === 'direct' || !sender ? short : `${sender}: ${short}`;
  const group = record && (await titleOf(record, me, keys));
  return { title: group ?? title, body: count > 1 ? `${body}\n${named}` : named };
}

/** What an encrypted group calls itself; null of others, and where that cannot be opened. */
async function titleOf({ id, header: { about } }: KeptRecord, me: string, keys: Keys): Promise<string | null> {
  if (!about) return null;
  const place = { conversationId: id, messageId: id, kind: 'about' as const, senderId: about.senderId };
  return (await openKept(keys, me, place, about))?.title ?? null;
}
