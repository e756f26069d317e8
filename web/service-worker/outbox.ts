import { indexedDbFiles } from '../lib/chat/attachments/indexeddb-files.ts';
import { browserRoom } from '../lib/chat/attachments/room.ts';
import { Uploads } from '../lib/chat/attachments/uploads.ts';
import { systemClock } from '../lib/chat/clock.ts';
import { newId } from '../lib/chat/ids.ts';
import { flushLeft } from '../lib/chat/outbox/flush-left.ts';
import { indexedDbStore } from '../lib/chat/outbox/indexeddb-store.ts';
import { supabaseBackend } from '../lib/chat/supabase/backend.ts';
import { supabaseFiles } from '../lib/chat/supabase/files.ts';
import { browserTabs, tabsName } from '../lib/chat/tabs/tabs.ts';
import { Unreachable } from '../lib/chat/errors.ts';
import { openBackend } from './backend.ts';
import { isEncrypted } from './encrypted.ts';

const log = (event: string, detail: unknown) => console.debug(`[parley worker] ${event}`, detail);

/** Sends what is kept, files too, with no tab open. Rejects while something is left: then the browser tries again later. */
export async function sendLeft(): Promise<void> {
  const opened = await openBackend();
  if (!opened) return;
  const { client, userId } = opened;
  const backend = supabaseBackend(client);
  const store = indexedDbStore();
  const uploads = new Uploads({
    userId,
    backend: supabaseFiles(client),
    store: indexedDbFiles(),
    room: browserRoom(),
    newId,
    clock: systemClock,
    renew: () => {},
    log
  });
  const nothingLeft = await flushLeft({
    userId,
    store,
    tabs: browserTabs(tabsName(userId), globalThis as never),
    async perform(entry) {
      // The keys are the page's: it seals, when it is open again.
      if (entry.boxed || (await isEncrypted(store, userId, entry.conversationId)))
        throw new Unreachable('Only a page can seal it.');
      return uploads.send(entry, () => backend.perform(entry));
    },
    onItems: (items) => uploads.follow(items),
    newId,
    clock: systemClock,
    log
  });
  await store.close();
  if (!nothingLeft) throw new Error('Not everything could be sent.');
}
