import { newId } from '../lib/chat/ids.ts';
import { self } from '$app/service-worker';
import type { OutboxEntry } from '../lib/chat/outbox/entry.ts';
import { boxEntry } from '../lib/chat/on-device/boxed-entry.ts';
import { DeviceBox } from '../lib/chat/on-device/device-box.ts';
import { indexedDbDevice } from '../lib/chat/on-device/indexeddb-device.ts';
import { indexedDbStore } from '../lib/chat/outbox/indexeddb-store.ts';
import { OUTBOX_SYNC } from '../lib/chat/outbox/sync-tag.ts';
import { supabaseBackend } from '../lib/chat/supabase/backend.ts';
import { openBackend } from './backend.ts';
import { isEncrypted } from './encrypted.ts';
import { rememberedSender } from './remembered-sender.ts';

/**
 * Sends an answer that was written into a notification. It is put into the app's outbox first, under the id with which it is sent:
 * what does not get through from here is sent, once, by the app when it is open again. Returns whether it got through.
 */
export async function answerMessage(conversationId: string, content: string): Promise<boolean> {
  const backend = await openBackend().catch(() => null);
  const userId = backend?.userId ?? (await rememberedSender());
  if (!userId) return false;
  const entry: OutboxEntry = {
    version: 2,
    action: { type: 'send', replyTo: null },
    id: newId(),
    userId,
    conversationId,
    content,
    writtenAt: Date.now(),
    attempts: 0,
    nextAttemptAt: 0,
    refusal: null
  };
  const store = indexedDbStore();
  const isSealed = await isEncrypted(store, userId, conversationId);
  await store.put(isSealed ? await boxEntry(new DeviceBox(userId, indexedDbDevice()), entry) : entry);
  try {
    if (!backend || isSealed) return await later();
    await supabaseBackend(backend.client).perform(entry);
    await store.remove(entry.id);
    return true;
  } catch {
    return await later();
  } finally {
    await store.close();
  }
}

/** Where there is Background Sync, the browser wakes this worker for it as soon as there is a network. */
async function later(): Promise<false> {
  const { sync } = self.registration as { sync?: { register(tag: string): Promise<void> } };
  await sync?.register(OUTBOX_SYNC).catch(() => {});
  return false;
}
