import { takeShared } from '#lib/share/shared.ts';
import type { PageLoad } from './$types';

/** Taken once: whoever signs in here next does not find it. */
export const load: PageLoad = async ({ parent }) => {
  await parent();
  return { shared: await takeShared() };
};
