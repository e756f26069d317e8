import { languages } from './languages.ts';
import { language } from './words.svelte.ts';

let known = $state.raw<{ readonly code: string; readonly texts: Readonly<Record<string, string>> } | null>(null);

/** Fetches the sentences for the language that is spoken. Refusals are rare: they are not part of the first load. */
export async function loadRefusals(): Promise<void> {
  const code = language();
  if (known?.code === code) return;
  known = { code, texts: await languages[code].refusals() };
}

/** The sentence for a code; the server's own (English) one until they are loaded, and for a code of a newer server. */
export function refusalText(code: string, message: string): string {
  const texts = known?.code === language() ? known.texts : undefined;
  return texts && Object.hasOwn(texts, code) ? texts[code]! : message;
}
