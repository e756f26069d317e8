import { addressesOf, startTestStack } from '../../support/test-stack.ts';

/**
 * Starts a stack of its own, with the built app, unless PARLEY_STACK (JSON, see stack.ts) names one that runs.
 * Returns what ends it.
 */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.PARLEY_STACK) return undefined;
  const stack = await startTestStack({ web: 'built', log: (line) => console.log(line) });
  process.env.PARLEY_STACK = addressesOf(stack);
  return () => stack.stop();
}
