import { test as base } from '@playwright/test';
import { Person } from './person.ts';
import { type RunningStack, runningStack } from './stack.ts';

type Fixtures = {
  stack: RunningStack;
  /** People with accounts of their own, signed in, each in a browser of their own. */
  alice: Person;
  bob: Person;
  carol: Person;
  /** Alice, at a telephone. */
  aliceOnPhone: Person;
};

const arriving =
  (name: string, options: Parameters<typeof Person.arrive>[3] = {}) =>
  async (
    { browser, stack, contextOptions }: { browser: Parameters<typeof Person.arrive>[0]; stack: RunningStack; contextOptions: object },
    use: (person: Person) => Promise<void>
  ): Promise<void> => {
    const person = await Person.arrive(browser, stack, name, { ...contextOptions, ...options });
    await use(person);
    await person.context.close();
  };

export const test = base.extend<Fixtures>({
  // Playwright reads the fixtures that one needs from its first argument's names.
  // eslint-disable-next-line no-empty-pattern
  stack: async ({}, use) => use(runningStack()),
  alice: async ({ browser, stack, contextOptions }, use) => arriving('Alice Okafor')({ browser, stack, contextOptions }, use),
  bob: async ({ browser, stack, contextOptions }, use) => arriving('Bob Lindqvist')({ browser, stack, contextOptions }, use),
  carol: async ({ browser, stack, contextOptions }, use) => arriving('Carol Reyes')({ browser, stack, contextOptions }, use),
  aliceOnPhone: async ({ browser, stack, contextOptions }, use) =>
    arriving('Alice Okafor', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })({ browser, stack, contextOptions }, use)
});

export { expect } from '@playwright/test';
