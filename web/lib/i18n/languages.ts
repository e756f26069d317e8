import type { Words } from './en.ts';

/** The languages of the app, each named in itself and loaded when it is chosen. English comes with the app. */
export const languages = {
  en: { name: 'English', load: (): Promise<Words> => import('./en.ts').then((file) => file.en) },
  de: { name: 'Deutsch', load: (): Promise<Words> => import('./de.ts').then((file) => file.de) }
} as const;

export type LanguageCode = keyof typeof languages;

/** The first of the person's languages (as in navigator.languages) that the app speaks. */
export function bestLanguage(wanted: readonly string[]): LanguageCode {
  const codes = wanted.map((tag) => tag.split('-')[0] ?? '');
  return codes.find((code): code is LanguageCode => code in languages) ?? 'en';
}
