import type { Live } from '#lib/chat/live.ts';
import type { ConversationList } from '#lib/chat/index.ts';
import type { Messenger } from '#lib/state/messenger.svelte.ts';
import type { SearchHere } from './results.svelte.ts';

/** Searches what this device has opened of encrypted conversations; nothing of it is loaded where there are none. */
export const searchHere =
  ({ chat }: Pick<Messenger, 'chat'>): SearchHere =>
  async (query) => {
    // A link to a search is opened before the list is there.
    await loaded(chat.conversations);
    if (!chat.conversations.current.items.some(({ isEncrypted }) => isEncrypted)) return [];
    const search = await (await chat.encryption()).search();
    return search.find(query);
  };

/** Resolves once the list was had. */
function loaded(list: Live<Pick<ConversationList, 'loaded'>>): Promise<void> {
  if (list.current.loaded) return Promise.resolve();
  return new Promise((resolve) => {
    const release = list.subscribe(() => {
      if (!list.current.loaded) return;
      release();
      resolve();
    });
  });
}
