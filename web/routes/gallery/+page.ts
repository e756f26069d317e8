import { isLanguage } from '#lib/i18n/languages.ts';
import { loadRefusals } from '#lib/i18n/refusals.svelte.ts';
import { allWords, speak } from '#lib/i18n/words.svelte.ts';
import type { PageLoad } from './$types';

/** `?language=de` (or en-XB, which runs from right to left) and `?theme=dark`; contrast and motion are as the browser has them. */
export const load: PageLoad = async ({ url }) => {
  const language = url.searchParams.get('language');
  const theme = url.searchParams.get('theme');
  await allWords();
  await speak(isLanguage(language) ? language : 'en');
  await loadRefusals();
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
};
