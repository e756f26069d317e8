import { startPage } from './start-page.ts';
import { language } from './words.svelte.ts';

/** The start page in the language spoken now. */
export const home = (): string => startPage(language());
