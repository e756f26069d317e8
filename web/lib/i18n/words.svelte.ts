import { en, type Words } from './en.ts';
import { type LanguageCode, languages } from './languages.ts';

let spoken = $state.raw<{ code: LanguageCode; words: Words; locale: string }>({ code: 'en', words: en, locale: 'en' });

/** What the app says, in the language of the person: `t.chat.reply`. Read in a template it follows a change of language. */
export const t: Words = new Proxy({} as Words, { get: (_, section) => spoken.words[section as keyof Words] });

/** The language spoken now. */
export const language = (): LanguageCode => spoken.code;

/** The locale for Intl: the language with the person's own region (en-GB), if their browser names one. */
export const locale = (): string => spoken.locale;

/** Speaks another language from now on. Rejects when its file cannot be loaded: nothing changes then. */
export async function speak(code: LanguageCode, wanted: readonly string[] = wantedLanguages()): Promise<void> {
  const words = await languages[code].load();
  spoken = { code, words, locale: wanted.find((tag) => tag === code || tag.startsWith(`${code}-`)) ?? code };
  if (typeof document === 'undefined') return;
  document.documentElement.lang = code;
  document.documentElement.dir = languages[code].direction;
}

/** What the browser asks for; nothing while a page is prerendered. */
const wantedLanguages = () => (typeof document === 'undefined' ? [] : navigator.languages);
