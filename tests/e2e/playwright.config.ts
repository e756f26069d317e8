import { existsSync } from 'node:fs';
import { defineConfig, firefox, type LaunchOptions, webkit } from '@playwright/test';
import { findBrowser, findShell } from '../support/browser.ts';

/** What needs a whole browser: notifications of the system, syncing in the background, a microphone, letters drawn as people see them. */
const WHOLE = ['**/push.spec.ts', '**/background-sync.spec.ts', '**/attachments.spec.ts', '**/gallery.spec.ts'];

/** As root too, with a microphone that beeps for whoever is allowed one. */
const CHROMIUM = ['--no-sandbox', '--disable-dev-shm-usage', '--use-fake-device-for-media-stream'];

/** A browser of this machine. Playwright's own is used where it was installed and no other is found. */
function chromium(executablePath: string | undefined): { launchOptions: LaunchOptions } {
  return { launchOptions: { ...(executablePath ? { executablePath } : {}), args: CHROMIUM } };
}

/** Speak to the browser in Chromium's own protocol, as do those that need all of it. */
const OF_CHROMIUM = [...WHOLE, '**/palette.spec.ts'];

/** Where `npx playwright install firefox webkit` has been: nobody has to have three browsers. */
const others = [firefox, webkit]
  .filter((browser) => existsSync(browser.executablePath()))
  .map((browser) => ({
    name: browser.name(),
    testIgnore: OF_CHROMIUM,
    use: { browserName: browser.name() as 'firefox' | 'webkit' }
  }));

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results',
  globalSetup: './support/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: {
    timeout: 30_000,
    // Letters may be drawn a little otherwise by the next version of a browser; a part that is gone is more than this.
    toHaveScreenshot: { maxDiffPixelRatio: 0.003 }
  },
  snapshotPathTemplate: '{testDir}/looks/{arg}{ext}',
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    viewport: { width: 1280, height: 800 },
    // It keeps the whole app on the device, for each person anew: only tests that are about it have it.
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure'
  },
  projects: [
    { name: 'chromium', testMatch: WHOLE, use: chromium(findBrowser()) },
    { name: 'chromium headless', testIgnore: WHOLE, use: chromium(findShell() ?? findBrowser()) },
    ...others
  ]
});
