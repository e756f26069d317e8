import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** Beside the list there is room for a page: the first. On a phone the list alone has the screen. */
export const load: PageLoad = () => {
  if (matchMedia('(width >= 48rem)').matches) redirect(307, '/settings/profile');
};
