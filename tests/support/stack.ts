/** What a vitest file asks for when it needs the stack: the one that all files share. */
import { inject } from 'vitest';
import type { StackAddresses } from '../../supabase/embedded/addresses.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackAddresses;
  }
}

/** The shared stack. Files that run side by side share its database: make people of your own, and change no settings. */
export function sharedStack(): StackAddresses {
  return inject('stack');
}
