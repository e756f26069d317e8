/** The suites of supabase-js that need a running Supabase. Their files are run as they are. */
import { browser } from './browser.ts';
import { deno, functions } from './deno.ts';
import { bun, node } from './jest.ts';
import type { Suite } from './suite.ts';

export const SUITES: readonly Suite[] = [node, bun, deno, functions, browser];
