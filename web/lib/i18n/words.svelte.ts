import { en, type Words } from './en.ts';
import { type LanguageCode, languages } from './languages.ts';

let spoken = $state.raw<{ code: LanguageCode; words: Words }>({ code: 'en', words: en });

/** What the app says, in the language of the person: `t.chat.reply`. Read in a template it follows a change of language. */
export const t: Words = new Proxy({} as Words, { get: (_, section) => spoken.words[section as keyof Words] });

/** The language spoken now: also the locale for Intl. */
export const locale = (): LanguageCode => spoken.code;

/** Speaks another language from now on. Rejects when its file cannot be loaded: nothing changes then. */
export async function speak(code: LanguageCode): Promise<void> {
  const words = await languages[code].load();
  spoken = { code, words };
  document.documentElement.lang = code;
}
