import { redirect } from '@sveltejs/kit';
import { allWords } from '#lib/i18n/words.svelte.ts';
import type { LayoutLoad } from './$types';

/** These pages need Auth. Who is signed in already goes on, except to set a new password. */
export const load: LayoutLoad = async ({ parent, url }) => {
  const { parley } = await parent();
  const [opened] = await Promise.all([parley.open(), allWords()]);
  await opened.account.settled;
  if (opened.account.identity && url.pathname !== '/new-password') redirect(307, '/chats');
  return opened;
};
