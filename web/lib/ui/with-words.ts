import { allWords } from '#lib/i18n/words.svelte.ts';

/** What is loaded after the first screen says what the first screen does not: it waits for those words, unless they cannot be had. */
export async function withWords<Module>(loading: Promise<Module>): Promise<Module> {
  const words = allWords().catch(() => {});
  const module = await loading;
  await words;
  return module;
}
