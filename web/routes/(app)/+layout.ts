import { redirect } from '@sveltejs/kit';
import { allWords } from '#lib/i18n/words.svelte.ts';
import type { LayoutLoad } from './$types';

/**
 * Lets in who is signed in. Someone remembered on this device comes in at once, with or without a network; otherwise Auth
 * looks first whether the address carries a sign-in (the link of a mail).
 */
export const load: LayoutLoad = async ({ parent, url }) => {
  // A conversation is read before the words of all other screens are there.
  if (!url.pathname.startsWith('/chats')) await allWords();
  const { parley } = await parent();
  const opened = await parley.open();
  if (!opened.account.identity) await opened.account.settled;
  if (opened.account.identity) return { ...opened, me: opened.account.identity };

  const refused = new URLSearchParams(url.hash.slice(1)).get('error_code');
  const where = new URLSearchParams({ next: url.pathname, ...(refused ? { problem: refused } : {}) });
  redirect(307, `/sign-in?${where}`);
};
