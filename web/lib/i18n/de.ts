import type { Words } from './en.ts';
import { first } from './de/first.ts';
import { later } from './de/later.ts';

/** Alles, was die App sagt, auf Deutsch. */
export const de: Words = { ...first, ...later };
