import type { Messenger } from '#lib/state/messenger.svelte.ts';
import type { SearchHere } from './results.svelte.ts';

/** Searches what this device has opened of encrypted conversations; nothing of it is loaded where there are none. */
export const searchHere =
  (messenger: Messenger): SearchHere =>
  async (query) => {
    if (!messenger.conversations.items.some(({ isEncrypted }) => isEncrypted)) return [];
    const search = await (await messenger.chat.encryption()).search();
    return search.find(query);
  };
