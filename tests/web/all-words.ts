import { allWords } from '#lib/i18n/words.svelte.ts';

/** Components are tested with everything that the app says. */
await allWords();
