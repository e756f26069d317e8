import { failures } from './cases.ts';
import { vectorsSchema } from './vectors.ts';

/* Run by a browser: `failures(vectors)` resolves to the names of the cases that fail. */
Object.assign(globalThis, { failures: (vectors: unknown) => failures(vectorsSchema.parse(vectors)) });
