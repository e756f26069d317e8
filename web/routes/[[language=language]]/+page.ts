import { offeredLanguages } from '#lib/i18n/languages.ts';
import { hasOwnStart } from '#lib/i18n/start-page.ts';
import { allWords, speak } from '#lib/i18n/words.svelte.ts';
import type { EntryGenerator, PageLoad } from './$types';

export const ssr = true;
export const prerender = true;

/** English at /, every other language at its own address. */
export const entries: EntryGenerator = () => [
  {},
  ...offeredLanguages.filter(({ code }) => hasOwnStart(code)).map(({ code }) => ({ language: code }))
];

/** The address says the language of this page, whatever the person's is. */
export const load: PageLoad = async ({ params }) => {
  await allWords();
  await speak(params.language ?? 'en');
};
