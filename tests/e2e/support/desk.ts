/**
 * Somebody at a desktop: a browser whose notifications go to a daemon that clicks for them, and whose pushes come from a push service
 * of the test's. What needs the Internet are two steps: the browser asking its own push service for an endpoint, and hearing from it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, type BrowserContextOptions, type CDPSession, chromium, type LaunchOptions } from '@playwright/test';
import pg from 'pg';
import { Desktop } from '../../support/desktop/desktop.ts';
import type { Content, Device } from '../../support/push/device.ts';
import { PushService } from '../../support/push/service.ts';
import { Person } from './person.ts';
import type { RunningStack } from './stack.ts';

export class Desk {
  readonly desktop: Desktop;
  readonly service: PushService;
  readonly device: Device;
  readonly person: Person;
  readonly #cdp: CDPSession;
  readonly #webUrl: string;
  readonly #profile: string;

  private constructor(
    parts: Pick<Desk, 'desktop' | 'service' | 'device' | 'person'>,
    cdp: CDPSession,
    webUrl: string,
    profile: string
  ) {
    ({ desktop: this.desktop, service: this.service, device: this.device, person: this.person } = parts);
    this.#cdp = cdp;
    this.#webUrl = webUrl;
    this.#profile = profile;
  }

  static async open(stack: RunningStack, name: string, launch: LaunchOptions, options: BrowserContextOptions): Promise<Desk> {
    const [desktop, service] = await Promise.all([Desktop.start(), PushService.start()]);
    await allowHere(stack);
    const { vapidPublicKey } = (await (await fetch(`${stack.webUrl}/config.json`)).json()) as { vapidPublicKey: string };
    const device = service.subscribe(vapidPublicKey);
    const profile = await mkdtemp(path.join(tmpdir(), 'parley-desk-'));
    // Of another browser's context the system's clicks find no way back to the worker: it takes one with a profile on disk.
    const browser = {
      newContext: ({ storageState, ...rest }: BrowserContextOptions = {}) =>
        contextAt(
          profile,
          { ...launch, ...rest, env: { ...process.env, ...desktop.env } as Record<string, string> },
          storageState
        )
    };
    const person = await Person.arrive(browser, stack, name, { ...options, permissions: ['notifications'] });
    await person.context.addInitScript(subscribeTo, { endpoint: device.endpoint, p256dh: device.p256dh, auth: device.auth });
    // Of a page that stays when those of the app are closed.
    const cdp = await person.context.newCDPSession(person.context.pages()[0]!);
    return new Desk({ desktop, service, device, person }, cdp, stack.webUrl, profile);
  }

  /** The browser hears from its push service. */
  async deliver(content: Content): Promise<void> {
    const found = new Promise<string>((resolve) => {
      this.#cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(this.#webUrl));
        if (own) resolve(own.registrationId);
      });
    });
    await this.#cdp.send('ServiceWorker.enable');
    const data = JSON.stringify(content);
    await this.#cdp.send('ServiceWorker.deliverPushMessage', { origin: this.#webUrl, registrationId: await found, data });
  }

  async close(): Promise<void> {
    await this.person.context.close();
    await this.service.stop();
    await this.desktop.stop();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

/** A push service inside the network, which none but a test's may be. */
async function allowHere({ dbUrl }: RunningStack): Promise<void> {
  const client = new pg.Client({ connectionString: dbUrl });
  await client.connect();
  await client.query(`update private.settings set push_inside_hosts = '{127.0.0.1}', push_delay = '1 second'`);
  await client.end();
}

async function contextAt(
  profile: string,
  options: Parameters<typeof chromium.launchPersistentContext>[1],
  storageState: BrowserContextOptions['storageState']
): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, options);
  if (typeof storageState !== 'object') return context;
  for (const { origin, localStorage } of storageState.origins) {
    const page = await context.newPage();
    await page.goto(`${origin}/config.json`);
    await page.evaluate((items) => {
      for (const { name, value } of items) globalThis.localStorage.setItem(name, value);
    }, localStorage);
    await page.close();
  }
  return context;
}

/** In the page: the browser's push service has given out this endpoint. */
function subscribeTo({ endpoint, p256dh, auth }: { endpoint: string; p256dh: string; auth: string }): void {
  const subscription = {
    endpoint,
    toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
    unsubscribe: () => {
      localStorage.removeItem('test.subscribed');
      return Promise.resolve(true);
    }
  } as unknown as PushSubscription;
  PushManager.prototype.subscribe = () => {
    localStorage.setItem('test.subscribed', 'yes');
    return Promise.resolve(subscription);
  };
  PushManager.prototype.getSubscription = () =>
    Promise.resolve(localStorage.getItem('test.subscribed') === null ? null : subscription);
}
