/** The mail of what stayed unread: what stands in it, and how it is handed in. */
import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compose, type Digest } from '../../functions/mail-digest/compose.ts';
import { drain } from '../../functions/mail-digest/drain.ts';
import { byHttp, bySmtp, type HandIn } from '../../functions/mail-digest/hand-in.ts';
import { type Mail as MailCatcher, startMail } from '../../supabase/embedded/mail/mail.ts';
import { Receiver } from '../jobs/receiver.ts';
import { given, type Someone, someone, startGroup } from '../storage/files.ts';
import { freePorts } from '../support/ports.ts';
import { sharedStack } from '../support/stack.ts';

const PLACES = { site: 'https://chat.example', functions: 'https://api.example/functions/v1' };

const digest = (more: Partial<Digest> = {}): Digest => ({
  key: 'digest:7',
  email: 'bob@example.com',
  language: 'en',
  subject: '2 unread notifications',
  intro: 'Here is what you have missed.',
  url: '/notifications',
  lines: [
    { title: 'Alice mentioned you in Team', body: null, url: '/chats/c1?at=7' },
    { title: 'Deal paid', body: '12.00 EUR', url: '/deals/d1' }
  ],
  unsubscribe_token: 'a token+/=',
  ...more
});

/** Its tags as a browser finds them: what is not escaped begins with "<" and a letter. */
const read = (html: string) => ({
  tags: [...html.matchAll(/<([a-z]+)/gi)].map(([, tag]) => tag!.toLowerCase()),
  links: [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link!),
  text: html.replace(/<[^>]*>/g, ' ')
});

describe('the mail', () => {
  test('says in text and HTML what happened and where it leads', () => {
    const { to, subject, text, html } = compose(digest(), PLACES);
    expect([to, subject]).toEqual(['bob@example.com', '2 unread notifications']);
    for (const part of ['Here is what you have missed.', 'Alice mentioned you in Team', '12.00 EUR']) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(text).toContain('https://chat.example/chats/c1?at=7');
    expect(read(html).links).toEqual([
      'https://chat.example/chats/c1?at=7',
      'https://chat.example/deals/d1',
      'https://chat.example/notifications',
      'https://chat.example/settings/notifications'
    ]);
  });

  test('is in its reader’s language, and in English where there are no words of it', () => {
    expect(compose(digest({ language: 'de' }), PLACES).text).toContain('Parley öffnen');
    expect(compose(digest({ language: 'de-AT' }), PLACES).html).toContain('<html lang="de-AT">');
    expect(compose(digest({ language: 'eo' }), PLACES).text).toContain('Open Parley');
  });

  test('can be ended by one click in the mail program, by a token that is only its reader’s', () => {
    const { headers } = compose(digest(), PLACES);
    expect(headers).toMatchObject({
      'List-Unsubscribe': '<https://api.example/functions/v1/mail-digest/unsubscribe?token=a+token%2B%2F%3D>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
    });
  });

  test('has no markup, header or line of anybody’s making', () => {
    const hostile = `</a><img src=x onerror=alert(1)> "quoted" 'single' & \r\nBcc: eve@example.com`;
    const plain = read(compose(digest(), PLACES).html);
    const { subject, text, html } = compose(
      digest({
        subject: hostile,
        intro: hostile,
        language: `en"><script>`,
        lines: [{ title: hostile, body: hostile, url: hostile }]
      }),
      PLACES
    );
    const page = read(html);
    expect(new Set(page.tags)).toEqual(new Set(plain.tags));
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; &#39;single&#39; &amp;');
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.split('\n').filter((line) => line.startsWith('Bcc:'))).toHaveLength(1);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'http://', null])('leads to the app where a line says %j', (url) => {
    const { html } = compose(digest({ url: '/', lines: [{ title: 'x', body: null, url }] }), PLACES);
    expect(read(html).links[0]).toBe('https://chat.example/');
  });
});

const MAIL = compose(digest({ subject: 'Grüße 🎉' }), PLACES);

describe('an e-mail service', () => {
  const service = new Receiver();
  let handIn: HandIn;
  beforeAll(async () => {
    await service.start();
    handIn = byHttp({ url: service.url, apiKey: 're_key', from: 'Parley <parley@example.com>' }, fetch, 500);
  });
  afterAll(() => service.stop());

  test('is handed the mail, its key and ours', async () => {
    service.answer = (_, response) => response.writeHead(200).end('{"id":"1"}');
    expect(await handIn(MAIL, 'digest:7')).toEqual({ kind: 'sent' });
    const { headers, body } = service.received.at(-1)!;
    expect(headers).toMatchObject({ authorization: 'Bearer re_key', 'idempotency-key': 'digest:7' });
    expect(JSON.parse(body)).toEqual({
      from: 'Parley <parley@example.com>',
      to: ['bob@example.com'],
      subject: 'Grüße 🎉',
      text: MAIL.text,
      html: MAIL.html,
      headers: MAIL.headers
    });
  });

  test.each([
    [429, { retryAfterS: 30, isFinal: false }],
    [500, { retryAfterS: 30, isFinal: false }],
    [401, { retryAfterS: 30, isFinal: false }],
    [422, { retryAfterS: 30, isFinal: true }]
  ])('that answers %d is asked again, or not', async (status, expected) => {
    service.answer = (_, response) => response.writeHead(status, { 'retry-after': '30' }).end('no');
    expect(await handIn(MAIL, 'k')).toEqual({ kind: 'failed', error: `Answered ${status}: no`, ...expected });
  });

  test('that does not answer is asked again', async () => {
    service.answer = () => undefined;
    expect(await handIn(MAIL, 'k')).toMatchObject({ kind: 'failed', isFinal: false });
  });
});

describe('a mail server', () => {
  let catcher: MailCatcher;
  let handIn: HandIn;
  beforeAll(async () => {
    const [smtpPort, webPort] = (await freePorts(2)) as [number, number];
    catcher = await startMail({ smtpPort, webPort });
    handIn = bySmtp(createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true }), 'Parley <parley@example.com>');
  });
  afterAll(() => catcher?.stop());

  test('gets both parts', async () => {
    expect(await handIn(MAIL, 'digest:7')).toEqual({ kind: 'sent' });
    const { messages } = (await (await fetch(`${catcher.url}/api/v1/messages`)).json()) as { messages: { ID: string }[] };
    const mail = (await (await fetch(`${catcher.url}/api/v1/message/${messages[0]!.ID}`)).json()) as Record<string, string>;
    expect(mail).toMatchObject({ Subject: 'Grüße 🎉', From: { Name: 'Parley' }, To: [{ Address: 'bob@example.com' }] });
    expect([mail['Text']!.trim(), mail['HTML']!.trim()]).toEqual([MAIL.text, MAIL.html]);
  });

  test('gets the headers by which mails are ended', async () => {
    const written = createTransport({ streamTransport: true, buffer: true });
    let raw: Uint8Array | undefined;
    const sendMail = async (mail: Record<string, unknown>) => {
      raw = (await written.sendMail(mail)).message as Buffer;
    };
    await bySmtp({ sendMail }, 'Parley <parley@example.com>')(MAIL, 'digest:7');
    const { headers, messageId } = await PostalMime.parse(raw!);
    const header = (key: string) => headers.find((entry) => entry.key === key)?.value;
    expect(header('list-unsubscribe')?.replace(/\s/g, '')).toBe(MAIL.headers['List-Unsubscribe']);
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(messageId).toBe('<digest.7@parley>');
  });

  test('that refuses the address for good is not asked again; one that is away is', async () => {
    const refusing = bySmtp(
      { sendMail: () => Promise.reject(Object.assign(new Error('550 no such'), { responseCode: 550 })) },
      'x'
    );
    expect(await refusing(MAIL, 'k')).toMatchObject({ isFinal: true });
    const away = bySmtp(createTransport({ host: '127.0.0.1', port: 1 }), 'x');
    expect(await away(MAIL, 'k')).toMatchObject({ kind: 'failed', isFinal: false });
  });
});

describe('a run', () => {
  const PROJECT = { url: 'http://project.test', key: 'sb_secret_x' };
  let calls: [string, unknown][];
  let batches: unknown[][];
  const fetcher: typeof fetch = (input, init) => {
    const name = (input as string).split('/').at(-1)!;
    if (name === 'claim_digests') return Promise.resolve(Response.json(batches.shift() ?? []));
    calls.push([name, JSON.parse(init!.body as string)]);
    return Promise.resolve(Response.json(true));
  };
  beforeEach(() => {
    calls = [];
    batches = [[{ id: 1, attempt: 1, ...digest() }], [{ id: 2, attempt: 3, ...digest({ key: 'digest:8' }) }]];
  });

  test('hands in what is due and reports each', async () => {
    const keys: string[] = [];
    const handIn: HandIn = (_, key) => {
      keys.push(key);
      return Promise.resolve({ kind: 'sent' });
    };
    expect(await drain(PROJECT, PLACES, handIn, () => true, fetcher)).toEqual({ sent: 2, failed: 0 });
    expect(keys).toEqual(['digest:7', 'digest:8']);
    expect(calls).toEqual([
      ['digest_sent', { id: 1, attempt: 1 }],
      ['digest_sent', { id: 2, attempt: 3 }]
    ]);
  });

  test('reports what was not taken, with what was said', async () => {
    const handIn: HandIn = () => Promise.resolve({ kind: 'failed', error: 'full', retryAfterS: 60, isFinal: false });
    let rounds = 0;
    expect(await drain(PROJECT, PLACES, handIn, () => rounds++ === 0, fetcher)).toEqual({ sent: 0, failed: 1 });
    expect(calls).toEqual([['digest_failed', { id: 1, attempt: 1, error: 'full', retry_after_s: 60, is_final: false }]]);
  });
});

describe('the stack', () => {
  const stack = sharedStack();
  const sql = new pg.Pool({ connectionString: stack.dbUrl, max: 2 });
  let alice: Someone;
  let bob: Someone;
  let email: string;
  let group: string;

  beforeAll(async () => {
    [alice, bob] = await Promise.all([someone(stack, 'Alice'), someone(stack, 'Bob')]);
    email = (await bob.supabase.auth.getUser()).data.user!.email!;
    group = await startGroup(alice.supabase, [bob]);
    await given(bob.supabase.rpc('set_notification_preference', { category: 'message', email: true }));
  });
  afterAll(() => sql.end());

  /** Alice says something, and Bob has not read it for as long as his digest waits. */
  async function stayUnread(): Promise<void> {
    const { error } = await alice.supabase.rpc('send_message', {
      conversation_id: group,
      id: randomUUID(),
      content: 'Not for mailboxes'
    });
    expect(error).toBeNull();
    await sql.query(`update private.push_jobs set due_at = now() where conversation_id = $1`, [group]);
    await sql.query(`select private.expand_push_jobs(1000)`);
    await sql.query(`update public.notification_deliveries set due_at = now() where user_id = $1 and channel = 'email'`, [
      bob.id
    ]);
    await sql.query('select private.collect_digest($1, now())', [bob.id]);
  }

  async function mails(): Promise<{ ID: string; Subject: string; Text: string }[]> {
    const found = (await (await fetch(`${stack.mailUrl}/api/v1/search?query=${encodeURIComponent(`to:${email}`)}`)).json()) as {
      messages: { ID: string }[];
    };
    return Promise.all(
      found.messages.map(async ({ ID }) => (await (await fetch(`${stack.mailUrl}/api/v1/message/${ID}`)).json()) as never)
    );
  }

  const work = async () => (await sql.query('select from private.outbox where target_id = $1', [bob.id])).rowCount;
  const unsubscribe = async (method: string) => {
    const { rows } = await sql.query<{ token: string }>('select token from private.digest_tokens where user_id = $1', [bob.id]);
    return fetch(`${stack.apiUrl}/functions/v1/mail-digest/unsubscribe?token=${rows[0]!.token}`, { method, redirect: 'manual' });
  };

  test('mails what stayed unread, once, and nothing of what was said', async () => {
    await stayUnread();
    while (await work()) await sql.query('select pg_sleep(0.05)');
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail!.Text).toContain(`/chats/${group}`);
    expect(mail!.Text).not.toContain('Not for mailboxes');
  });

  test('ends the mails by one click, and not because something has looked at the link', async () => {
    const digestAfter = async () =>
      (await bob.supabase.from('notification_settings').select('digest_after').maybeSingle()).data as {
        digest_after: string | null;
      } | null;
    const looked = await unsubscribe('GET');
    expect([looked.status, looked.headers.get('location')]).toEqual([303, expect.stringMatching(/\/settings\/notifications$/)]);
    expect(await digestAfter()).toBeNull();
    expect((await unsubscribe('POST')).status).toBe(200);
    expect(await digestAfter()).toEqual({ digest_after: null });
    await stayUnread();
    expect(await work()).toBe(0);
  });

  test('refuses whoever has no token, or wants it rung', async () => {
    const call = (at: string) => fetch(`${stack.apiUrl}/functions/v1/mail-digest${at}`, { method: 'POST' });
    expect((await call('/unsubscribe?token=guessed')).ok).toBe(false);
    expect((await call('')).status).toBe(401);
  });
});
