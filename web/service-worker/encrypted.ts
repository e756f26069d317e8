import type { Store } from '../lib/chat/outbox/store.ts';
import { readKept } from '../lib/chat/record/kept-record.ts';

/** Whether a conversation is encrypted, as far as this device knows: nothing goes there as it stands. */
export async function isEncrypted(store: Pick<Store, 'records'>, userId: string, conversationId: string): Promise<boolean> {
  const { kept } = readKept(await store.records(userId));
  return kept.some(({ id, header }) => id === conversationId && header.is_encrypted === true);
}
