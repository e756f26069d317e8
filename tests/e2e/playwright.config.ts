import { defineConfig } from '@playwright/test';
import { findBrowser } from '../support/browser.ts';

/** Chromium of this machine, as root too. Playwright's own is used where it was installed and no other is found. */
const executablePath = findBrowser();

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results',
  globalSetup: './support/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: {
    timeout: 15_000,
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
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // A microphone that beeps, for whoever is allowed one.
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--use-fake-device-for-media-stream']
    }
  }
});
