import { assembleChat } from './assemble-chat.ts';
import { browserRoom } from './attachments/room.ts';
import { LateBreaker } from './breaker/late-breaker.ts';
import type { Chat, ChatOptions } from './chat.ts';
import { systemClock } from './clock.ts';
import type { KeyStore } from './encryption/key-store.ts';
import { newId } from './ids.ts';
import { noLog } from './log.ts';
import { indexedDbFiles, indexedDbStore, memoryFiles, memoryStore } from './stores.ts';
import { supabaseBackend } from './supabase/backend.ts';
import { supabaseSession } from './supabase/session.ts';
import { supabaseTopics } from './supabase/topics.ts';
import { defaultSurroundings } from './surroundings.ts';
import { defaultTabs } from './tabs/tabs.ts';
import { whenCalled } from './when-called.ts';

async function defaultKeys(): Promise<KeyStore> {
  if ('indexedDB' in globalThis) return (await import('./encryption/indexeddb-keys.ts')).indexedDbKeys();
  return (await import('./encryption/memory-keys.ts')).memoryKeys();
}

/** A chat over Supabase, in a page, a worker or Node. */
export function createChat({ supabase, userId, deviceId, ...options }: ChatOptions): Chat {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? noLog;
  const isKept = 'indexedDB' in globalThis;
  let keys: Promise<KeyStore> | null = options.keyStore ? Promise.resolve(options.keyStore) : null;
  const keyStore = () => (keys ??= defaultKeys());
  const onDevice = whenCalled(async () => (await import('./on-device/on-device.ts')).onThisDevice(userId, () => clock.now()));
  return assembleChat({
    userId,
    backend: supabaseBackend(supabase),
    topics: supabaseTopics(supabase),
    session: supabaseSession(supabase, userId),
    makeBreaker: (settings) => new LateBreaker(settings, () => import('./breaker/breaker.ts')),
    store: options.store ?? (isKept ? indexedDbStore() : memoryStore()),
    files: {
      backend: whenCalled(async () => (await import('./supabase/files.ts')).supabaseFiles(supabase)),
      store: options.fileStore ?? (isKept ? indexedDbFiles() : memoryFiles()),
      room: browserRoom()
    },
    ...(deviceId && { deviceId }),
    encryption: {
      // Not needed before there is something encrypted.
      async load(host) {
        const [{ createEncryption }, store] = await Promise.all([import('./supabase/encryption.ts'), keyStore()]);
        return createEncryption({ supabase, userId, keyStore: store, onDevice, newId, clock, log }, host);
      },
      wipe: async () => (await keyStore()).wipe(userId)
    },
    onDevice,
    clock,
    newId,
    surroundings: options.surroundings ?? defaultSurroundings(),
    tabs: options.tabs ?? defaultTabs(userId),
    log
  });
}
