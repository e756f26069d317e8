import { bestLanguage, isLanguage, type LanguageCode } from './languages.ts';

const KEY = 'parley.language';

type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The language that was chosen in the settings of this device; null when the browser's is to be followed. */
export function chosenLanguage(memory: Memory = localStorage): LanguageCode | null {
  const code = memory.getItem(KEY);
  return isLanguage(code) ? code : null;
}

export function rememberLanguage(code: LanguageCode | null, memory: Memory = localStorage): void {
  if (code) memory.setItem(KEY, code);
  else memory.removeItem(KEY);
}

/** The language to speak on this device. */
export function languageHere(memory: Memory = localStorage, wanted: readonly string[] = navigator.languages): LanguageCode {
  return chosenLanguage(memory) ?? bestLanguage(wanted);
}
