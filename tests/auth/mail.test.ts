import { createTransport } from 'nodemailer';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMail, type Mail } from '../../supabase/embedded/mail/mail.ts';
import { parseMessage, summary, type Message } from '../../supabase/embedded/mail/message.ts';
import { parseQuery } from '../../supabase/embedded/mail/query.ts';
import { MailStore } from '../../supabase/embedded/mail/store.ts';
import { freePorts } from '../support/ports.ts';

let mail: Mail;
let smtpPort: number;
let webPort: number;
beforeAll(async () => {
  [smtpPort, webPort] = (await freePorts(2)) as [number, number];
  mail = await startMail({ smtpPort, webPort });
});
afterAll(() => mail.stop());

const send = async (options: Parameters<ReturnType<typeof createTransport>['sendMail']>[0]): Promise<void> => {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true });
  await transport.sendMail({ from: 'Sender <sender@example.com>', ...options });
  transport.close();
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what it asked for
const api = async (path: string): Promise<any> => (await fetch(`${mail.url}/api/v1/${path}`)).json();

describe('the API', () => {
  test('shows a mail as soon as the sender has been answered', async () => {
    await send({
      to: 'Ann Ärmel <ann@example.com>',
      bcc: 'secret@example.com',
      subject: 'Grüße 👋',
      text: 'Hello\nAnn',
      html: '<p>Hello <b>Ann</b></p>',
      attachments: [{ filename: 'a.txt', content: 'abc' }]
    });
    const list = await api('messages');
    expect(list).toMatchObject({ total: 1, unread: 1, count: 1, messages_count: 1, start: 0 });
    expect(list.messages[0]).toMatchObject({
      Read: false,
      From: { Name: 'Sender', Address: 'sender@example.com' },
      To: [{ Name: 'Ann Ärmel', Address: 'ann@example.com' }],
      Bcc: [{ Name: '', Address: 'secret@example.com' }],
      Subject: 'Grüße 👋',
      Snippet: 'Hello Ann',
      Attachments: 1
    });
    const message = await api(`message/${list.messages[0].ID}`);
    expect(message).toMatchObject({
      Text: 'Hello\nAnn\n',
      HTML: '<p>Hello <b>Ann</b></p>\n',
      Attachments: [{ PartID: '1', FileName: 'a.txt', ContentType: 'text/plain', Size: 3 }]
    });
    expect(await api('message/latest')).toMatchObject({ ID: message.ID, Read: true });
    expect(await api('messages')).toMatchObject({ total: 1, unread: 0 });
  });

  test('finds, pages and removes', async () => {
    await fetch(`${mail.url}/api/v1/messages`, { method: 'DELETE' });
    for (const number of [1, 2, 3]) {
      await send({ to: `person${number}@example.com`, subject: `Number ${number}`, text: number === 2 ? 'needle' : 'hay' });
    }
    expect(await api('search?query=to%3Aperson2%40example.com')).toMatchObject({
      total: 3,
      messages_count: 1,
      messages: [{ Subject: 'Number 2' }]
    });
    expect(await api('messages?start=1&limit=1')).toMatchObject({ total: 3, count: 1, messages: [{ Subject: 'Number 2' }] });
    const [newest] = (await api('messages')).messages;
    const remove = (path: string, body?: object) =>
      fetch(`${mail.url}/api/v1/${path}`, {
        method: 'DELETE',
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {})
      });
    await remove('messages', { IDs: [newest.ID] });
    expect((await api('messages')).messages.map((message: Message) => message.Subject)).toEqual(['Number 2', 'Number 1']);
    await remove('search?query=needle');
    expect((await api('messages')).total).toBe(1);
    expect((await remove('messages', { IDs: 'all' })).status).toBe(400);
    expect((await api('messages')).total).toBe(1);
    await remove('messages');
    expect((await api('messages')).total).toBe(0);
    expect((await fetch(`${mail.url}/api/v1/message/unknown`)).status).toBe(404);
  });

  test('tells of each change', async () => {
    const response = await fetch(`${mail.url}/api/v1/events`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('event: change');
    await send({ to: 'live@example.com', subject: 'Live', text: 'x' });
    expect((await reader.read()).value).toContain('event: change');
    await reader.cancel();
  });
});

describe('a mail as a page', () => {
  test('runs no scripts, asks for nothing and cannot be framed into harm', async () => {
    await send({
      to: 'x@example.com',
      subject: '<script>alert(1)</script>',
      html: '<script>alert(1)</script><img src="https://spy.example/x">'
    });
    const { ID } = (await api('messages')).messages[0];
    const response = await fetch(`${mail.url}/api/v1/message/${ID}/html`);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
    expect(policy).not.toMatch(/script|https?:|\*/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is shown by a page with scripts of its own only', async () => {
    const response = await fetch(mail.url);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
    expect(html).not.toMatch(/<script>|style="|onclick/);
    expect(html).toMatch(/<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    const script = await (await fetch(`${mail.url}/page.js`)).text();
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval/);
  });
});

describe('the mail server', () => {
  test('takes what is no MIME as it is', async () => {
    const socket = connect(smtpPort, '127.0.0.1').setEncoding('utf8');
    const say = async (line: string): Promise<string> => {
      socket.write(line);
      return ((await once(socket, 'data')) as [string])[0];
    };
    await once(socket, 'data');
    for (const line of ['HELO x\r\n', 'MAIL FROM:<a@example.com>\r\n', 'RCPT TO:<plain@example.com>\r\n', 'DATA\r\n']) {
      expect(await say(line)).toMatch(/^[23]/);
    }
    expect(await say('just words\r\n.\r\n')).toMatch(/^250/);
    socket.destroy();
    const { messages } = await api('search?query=to:plain@example.com');
    expect(messages[0]).toMatchObject({
      From: { Address: 'a@example.com' },
      Bcc: [{ Address: 'plain@example.com' }],
      Subject: ''
    });
  });

  test('outlives callers that hang up in the middle', async () => {
    const socket = connect(smtpPort, '127.0.0.1');
    await once(socket, 'data');
    socket.write('HELO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubj');
    socket.resetAndDestroy();
    await send({ to: 'after@example.com', subject: 'After', text: 'x' });
    expect((await api('search?query=after')).messages_count).toBe(1);
  });

  test('refuses a mail that is too large', async () => {
    await expect(send({ to: 'big@example.com', text: 'x'.repeat(11 << 20) })).rejects.toThrow(/size|large/i);
    expect((await api('search?query=to:big@example.com')).messages_count).toBe(0);
  });

  test('says when a port is taken, and leaves the other free', async () => {
    const [free] = (await freePorts(1)) as [number];
    await expect(startMail({ smtpPort, webPort: free })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startMail({ smtpPort: free, webPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const [other] = (await freePorts(1)) as [number];
    await (await startMail({ smtpPort: free, webPort: other })).stop();
  });

  test('stops at once, though callers keep their connections', async () => {
    const [smtp, web] = (await freePorts(2)) as [number, number];
    const second = await startMail({ smtpPort: smtp, webPort: web });
    const transport = createTransport({ host: '127.0.0.1', port: smtp, ignoreTLS: true, pool: true });
    await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' });
    const events = await fetch(`${second.url}/api/v1/events`);
    // The stream of events would go on for ever.
    await second.stop();
    await events.body?.cancel().catch(() => {});
    transport.close();
  });
});

describe('the store', () => {
  const message = async (id: string, size = 10): Promise<Message> => ({
    ...(await parseMessage(id, Buffer.from('Subject: x\r\n\r\nx'), { from: 'a@x', to: ['b@x'] })),
    Size: size
  });

  test('keeps the newest 500', async () => {
    const store = new MailStore();
    for (let at = 1; at <= 510; at++) store.add(await message(String(at)));
    expect(store.list()).toHaveLength(500);
    expect(store.get('latest')?.ID).toBe('510');
    expect(store.get('10')).toBeUndefined();
  });

  test('keeps 64 MiB, and the newest in any case', async () => {
    const store = new MailStore();
    for (let at = 1; at <= 5; at++) store.add(await message(String(at), 20 << 20));
    expect(store.list().map(({ ID }) => ID)).toEqual(['5', '4', '3']);
    store.add(await message('huge', 100 << 20));
    expect(store.list().map(({ ID }) => ID)).toEqual(['huge']);
  });
});

test.each([
  ['ann', true],
  ['ANN@', true],
  ['to:ann@example.com', true],
  ['to:bob', false],
  ['from:bob', true],
  ['subject:"new password"', true],
  ['subject:password to:ann', true],
  ['subject:password to:bob', false],
  ['"two words"', true],
  ['words two', true],
  ['', true],
  ['constructor:x', false],
  ['.*', false]
])('the query %j: %s', async (query, matches) => {
  const raw = 'From: bob@example.com\r\nTo: ann@example.com\r\nSubject: Your new password\r\n\r\nHere are two words';
  const message = await parseMessage('1', Buffer.from(raw), { from: 'bob@example.com', to: ['ann@example.com'] });
  expect(parseQuery(query)(message)).toBe(matches);
});

test('the snippet of a mail without text is its HTML’s text', async () => {
  const raw = 'Content-Type: text/html\r\n\r\n<title>T</title><style>p{}</style><p>Hello</p><script>x()</script> you';
  const parsed = await parseMessage('1', Buffer.from(raw), { from: '', to: [] });
  expect(summary({ ...parsed, Text: '' }).Snippet).toBe('Hello you');
});
