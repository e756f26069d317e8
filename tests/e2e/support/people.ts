import { test as base, type Browser, type BrowserContextOptions, expect } from '@playwright/test';
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

type Needs = { browser: Browser; stack: RunningStack; contextOptions: BrowserContextOptions };

const arriving =
  (name: string, options: BrowserContextOptions = {}) =>
  async ({ browser, stack, contextOptions }: Needs, use: (person: Person) => Promise<void>): Promise<void> => {
    const person = await Person.arrive(browser, stack, name, { ...contextOptions, ...options });
    await use(person);
    // Whatever was tested: nothing in the app went against its own policy.
    if (!person.breaksThePolicy) expect(person.violations).toEqual([]);
    await person.context.close();
  };

export const test = base.extend<Fixtures>({
  // Playwright reads which fixtures one needs from its first argument.
  stack: async ({}, use) => use(runningStack()),
  alice: arriving('Alice Okafor'),
  bob: arriving('Bob Lindqvist'),
  carol: arriving('Carol Reyes'),
  aliceOnPhone: arriving('Alice Okafor', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
});

export { expect } from '@playwright/test';
