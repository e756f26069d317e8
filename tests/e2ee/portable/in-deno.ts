import { failures } from './cases.ts';
import { vectorsSchema } from './vectors.ts';
import vectors from '../vectors.json' with { type: 'json' };

/* Run by Deno: prints the names of the cases that fail, as JSON. */
console.log(JSON.stringify(await failures(vectorsSchema.parse(vectors))));
