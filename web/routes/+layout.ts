import { Parley } from '#lib/state/parley.ts';

/** The app runs in the browser only: its data is a person's own. Pages that anybody may read opt in to prerendering. */
export const ssr = false;

/** Depends on nothing, so it runs once: one Parley for as long as the page lives. */
export const load = () => ({ parley: new Parley() });
