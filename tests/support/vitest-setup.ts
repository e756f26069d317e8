import type { TestProject } from 'vitest/node';
import { addressesSchema, type StackAddresses } from '../../supabase/embedded/addresses.ts';
import { addressesOf, startTestStack } from './test-stack.ts';

/** Gives every file the stack that PARLEY_STACK names; without one, starts one for this run. Returns what ends it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.PARLEY_STACK;
  const own = given ? undefined : await startTestStack();
  const addresses: StackAddresses = addressesSchema.parse(JSON.parse(own ? addressesOf(own) : given!));
  project.provide('stack', addresses);
  return own && (() => own.stop());
}
