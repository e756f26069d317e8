import { type Envelope, fromBase64Url } from '../../../web/lib/e2ee/index.ts';
import type { SealedPerson } from './sealed-person.ts';

export type Row = {
  id: string;
  seq: number;
  envelope: Record<string, unknown> & { epoch: number; ciphertext: string; signature: string };
};

/** The messages of a conversation before this one, newest first. */
export async function loadPage(person: SealedPerson, conversation: string, before: number, limit: number): Promise<Row[]> {
  const query = person.supabase
    .from('messages')
    .select()
    .eq('conversation_id', conversation)
    .eq('kind', 'text')
    .lt('seq', before);
  const { data, error } = await query.order('seq', { ascending: false }).limit(limit);
  if (error) throw error;
  return data as Row[];
}

/** Opens what somebody has sealed, all at once as a client does. Throws when one cannot be opened. */
export function openPage(
  reader: SealedPerson,
  conversationId: string,
  sender: SealedPerson,
  rows: readonly Row[],
  secretOf: (epoch: number) => Uint8Array<ArrayBuffer>
): Promise<string[]> {
  return Promise.all(
    rows.map(({ id, envelope }) => {
      const bytes = { ciphertext: fromBase64Url(envelope.ciphertext), signature: fromBase64Url(envelope.signature) };
      const place = { conversationId, messageId: id, kind: 'message' as const };
      return reader.openWith({ ...envelope, ...bytes } as Envelope, place, sender, secretOf(envelope.epoch));
    })
  );
}
