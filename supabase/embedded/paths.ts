/** Where things are in the checkout. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder that the Supabase CLI works on: config.toml, migrations, seed. */
export const PROJECT = path.join(ROOT, 'supabase');

/** State of the embedded stack unless told otherwise; git ignores it. */
export const DEFAULT_HOME = path.join(ROOT, '.parley');
