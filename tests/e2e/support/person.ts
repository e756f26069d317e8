import { randomUUID } from 'node:crypto';
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Locator, type Page } from '@playwright/test';
import { createClient, type Session, type SupabaseClient } from '@supabase/supabase-js';
import type { RunningStack } from './stack.ts';

export type Credentials = { name: string; handle: string; email: string; password: string };

/** Somebody nobody else is: tests run side by side on one database. */
export function newCredentials(name: string): Credentials {
  const handle = `${name.split(' ')[0]!.toLowerCase()}_${randomUUID().slice(0, 8)}`;
  return { name, handle, email: `${handle}@example.org`, password: `secret of ${handle}` };
}

/** A page with Parley in it, and what somebody does there. */
export class Window {
  readonly page: Page;
  readonly #webUrl: string;

  constructor(page: Page, webUrl: string) {
    this.page = page;
    this.#webUrl = webUrl;
  }

  get conversations(): Locator {
    return this.page.getByTestId('conversations');
  }

  get messages(): Locator {
    return this.page.getByTestId('message');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  get typing(): Locator {
    return this.page.getByTestId('typing');
  }

  get presence(): Locator {
    return this.page.getByTestId('presence');
  }

  get banner(): Locator {
    return this.page.getByTestId('connection-banner');
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.#webUrl).href);
  }

  item(title: string): Locator {
    return this.conversations.getByRole('link').filter({ hasText: title });
  }

  message(text: string): Locator {
    return this.messages.filter({ hasText: text });
  }

  /** The step that a message of one's own has reached. */
  status(text: string): Locator {
    return this.message(text).locator('[data-status]');
  }

  async expectStatus(text: string, status: string): Promise<void> {
    await expect(this.status(text)).toHaveAttribute('data-status', status);
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Finds someone and opens the conversation with them. */
  async startConversationWith(who: Credentials): Promise<void> {
    await this.page.getByRole('button', { name: 'New conversation' }).click();
    await this.page.getByRole('combobox', { name: 'Find people' }).fill(who.handle);
    await this.page.getByRole('option', { name: who.name }).click();
    await expect(this.page.getByRole('heading', { level: 2, name: who.name })).toBeVisible();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('link', { name: 'Profile and settings' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).click();
    await expect(this.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  }

  async signIn({ email, password }: Pick<Credentials, 'email' | 'password'>): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(this.page.getByRole('heading', { level: 1, name: 'Conversations' })).toBeVisible();
  }
}

/** Somebody with an account, a browser of their own, and the API to prepare what a test begins with. */
export class Person extends Window {
  readonly credentials: Credentials;
  readonly id: string;
  readonly context: BrowserContext;
  readonly api: SupabaseClient;
  /** What the browser has refused to do for its content security policy. */
  readonly violations: string[] = [];
  /** A test of the policy itself. */
  breaksThePolicy = false;
  readonly #stack: RunningStack;

  private constructor(
    page: Page,
    context: BrowserContext,
    credentials: Credentials,
    session: Session,
    api: SupabaseClient,
    stack: RunningStack
  ) {
    super(page, stack.webUrl);
    this.context = context;
    this.credentials = credentials;
    this.id = session.user.id;
    this.api = api;
    this.#stack = stack;
    context.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Trusted/.test(message.text()))
        this.violations.push(message.text());
    });
  }

  /** Signs up by the API and comes in signed in, with an empty page. */
  static async arrive(
    browser: Pick<Browser, 'newContext'>,
    stack: RunningStack,
    name: string,
    options: BrowserContextOptions = {}
  ): Promise<Person> {
    const credentials = newCredentials(name);
    const api = createClient(stack.apiUrl, stack.publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });
    const { data, error } = await api.auth.signUp({
      email: credentials.email,
      password: credentials.password,
      options: { data: { display_name: name, handle: credentials.handle } }
    });
    if (error || !data.session) throw new Error(`${name} could not sign up`, { cause: error });
    // The browser gets a session of its own: two clients of one session would take each other's refresh tokens.
    const second = await api.auth.signInWithPassword(credentials);
    if (second.error) throw second.error;
    const context = await browser.newContext({
      ...options,
      storageState: { cookies: [], origins: [{ origin: stack.webUrl, localStorage: signedIn(second.data.session) }] }
    });
    return new Person(await context.newPage(), context, credentials, second.data.session, api, stack);
  }

  /** Another tab of the same browser. */
  async newTab(): Promise<Window> {
    return new Window(await this.context.newPage(), this.#stack.webUrl);
  }

  async directWith(other: Person): Promise<string> {
    const { data, error } = await this.api.rpc('start_direct_conversation', { user_id: other.id });
    if (error) throw error;
    return idOf(data);
  }

  async groupWith(title: string, ...others: Person[]): Promise<string> {
    const { data, error } = await this.api.rpc('create_group', { title, member_ids: others.map((other) => other.id) });
    if (error) throw error;
    return idOf(data);
  }

  async says(conversationId: string, ...texts: string[]): Promise<void> {
    for (const content of texts) {
      const { error } = await this.api.rpc('send_message', { conversation_id: conversationId, id: randomUUID(), content });
      if (error) throw error;
    }
  }

  /** Number of the message with this text. */
  async seqOf(conversationId: string, content: string): Promise<number> {
    const { data, error } = await this.api
      .from('messages')
      .select('seq')
      .eq('conversation_id', conversationId)
      .eq('content', content)
      .single();
    if (error) throw error;
    return data.seq as number;
  }

  /** What the database has of a conversation, in order. */
  async record(conversationId: string): Promise<string[]> {
    const { data, error } = await this.api.from('messages').select('content').eq('conversation_id', conversationId).order('seq');
    if (error) throw error;
    return data.map((row) => row.content as string);
  }
}

/** What the app finds in its storage when somebody has signed in before. */
function signedIn(session: Session): { name: string; value: string }[] {
  return [
    { name: 'parley.session', value: JSON.stringify(session) },
    { name: 'parley.identity', value: JSON.stringify({ id: session.user.id, email: session.user.email }) }
  ];
}

function idOf(data: unknown): string {
  const row = (Array.isArray(data) ? data[0] : data) as { id: string };
  return row.id;
}
