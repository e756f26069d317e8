import type { FirstWords, LaterWords, Refusals } from './en.ts';

type Language = {
  /** In the language itself. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  /** Not offered to anybody: for tests. */
  readonly hidden?: true;
  readonly first: () => Promise<FirstWords>;
  readonly later: () => Promise<LaterWords>;
  readonly refusals: () => Promise<Refusals>;
};

/** The languages of the app, each loaded when it is spoken. English comes with the app. */
export const languages = {
  en: {
    name: 'English',
    direction: 'ltr',
    first: () => import('./en/first.ts').then((file) => file.first),
    later: () => import('./en/later.ts').then((file) => file.later),
    refusals: () => import('./en/refusals.ts').then((file) => file.refusals)
  },
  de: {
    name: 'Deutsch',
    direction: 'ltr',
    first: () => import('./de/first.ts').then((file) => file.first),
    later: () => import('./de/later.ts').then((file) => file.later),
    refusals: () => import('./de/refusals.ts').then((file) => file.refusals)
  },
  'en-XB': {
    name: 'Pseudo',
    direction: 'rtl',
    hidden: true,
    first: () => import('./pseudo.ts').then((file) => file.pseudo),
    later: () => import('./pseudo.ts').then((file) => file.pseudo),
    refusals: () => import('./pseudo.ts').then((file) => file.pseudoRefusals)
  }
} as const satisfies Record<string, Language>;

export type LanguageCode = keyof typeof languages;

export const isLanguage = (code: string | null | undefined): code is LanguageCode =>
  code != null && Object.hasOwn(languages, code);

/** Those that a person can choose. */
export const offeredLanguages: readonly { readonly code: LanguageCode; readonly name: string }[] = Object.entries(languages)
  .filter(([, language]) => !('hidden' in language))
  .map(([code, { name }]) => ({ code: code as LanguageCode, name }));

/** The first of the person's languages (as in navigator.languages) that the app speaks. */
export function bestLanguage(wanted: readonly string[]): LanguageCode {
  const codes = wanted.map((tag) => tag.split('-')[0]);
  return codes.find(isLanguage) ?? 'en';
}
