import { isLanguage, type LanguageCode, offeredLanguages } from './languages.ts';

/** Whether the start page is there in this language at an address of its own; English has the plain one. */
export const hasOwnStart = (code: string): code is LanguageCode =>
  isLanguage(code) && code !== 'en' && offeredLanguages.some((language) => language.code === code);

/** The start page in a language. */
export const startPage = (code: LanguageCode): string => (hasOwnStart(code) ? `/${code}` : '/');
