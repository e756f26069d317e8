import type { FirstWords, LaterWords, Words } from './en.ts';
import { first } from './en/first.ts';
import { type LanguageCode, languages } from './languages.ts';

type Spoken = { readonly code: LanguageCode; readonly locale: string; readonly words: FirstWords & Partial<LaterWords> };

let spoken = $state.raw<Spoken>({ code: 'en', locale: 'en', words: first });
let wantsAll = false;

/** Says nothing, whatever is asked of it: stands for what is not loaded yet, for a moment at most. */
const silence: unknown = new Proxy(() => '', {
  get: (_, name) => (name === Symbol.toPrimitive || name === 'toString' ? () => '' : silence)
});

/** What the app says, in the language of the person: `t.chat.reply`. Read in a template it follows a change of language. */
export const t: Words = new Proxy({} as Words, { get: (_, section) => spoken.words[section as keyof Words] ?? silence });

/** The language spoken now. */
export const language = (): LanguageCode => spoken.code;

/** The locale for Intl: the language with the person's own region (en-GB), if their browser names one. */
export const locale = (): string => spoken.locale;

/** Speaks another language from now on. Rejects when its file cannot be loaded: nothing changes then. */
export async function speak(code: LanguageCode, wanted: readonly string[] = wantedLanguages()): Promise<void> {
  const language = languages[code];
  const [first, later] = await Promise.all([language.first(), wantsAll ? language.later() : undefined]);
  spoken = {
    code,
    locale: wanted.find((tag) => tag === code || tag.startsWith(`${code}-`)) ?? code,
    words: { ...first, ...later }
  };
  if (typeof document === 'undefined') return;
  document.documentElement.lang = code;
  document.documentElement.dir = language.direction;
}

/** Loads what is said on other screens than the first, now and in every language from now on. */
export async function allWords(): Promise<void> {
  wantsAll = true;
  const { code } = spoken;
  if ('settings' in spoken.words) return;
  const later = await languages[code].later();
  if (spoken.code === code) spoken = { ...spoken, words: { ...spoken.words, ...later } };
}

/** What the browser asks for; nothing while a page is prerendered. */
const wantedLanguages = () => (typeof document === 'undefined' ? [] : navigator.languages);
