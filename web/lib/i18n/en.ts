import type { refusals } from './en/refusals.ts';
import { first } from './en/first.ts';
import { later } from './en/later.ts';

/**
 * Everything that the app says, in English: the language that the others are measured by. A section a part of the app, each in a
 * file of its own; what has something put into it is a function. Adding a language is a file and a folder of this form, and a line
 * in languages.ts.
 */
export const en = { ...first, ...later };

export type FirstWords = typeof first;
export type LaterWords = typeof later;

/** What a language has to say. */
export type Words = FirstWords & LaterWords;

/** What every language has to say about refusals: the codes, each with its sentence. */
export type Refusals = { readonly [code in keyof typeof refusals]: string };
