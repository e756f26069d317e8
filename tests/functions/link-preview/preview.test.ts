/** What is made of a page, and what the function answers. */
import { Parser } from 'htmlparser2';
import { describe, expect, test } from 'vitest';
import { answerer } from '../../../functions/link-preview/answer.ts';
import { askedUrl } from '../../../functions/link-preview/asked.ts';
import { previewOf } from '../../../functions/link-preview/preview.ts';

const URL_ASKED = 'https://page.example/a';
const of = (html: string | Uint8Array, contentType = 'text/html; charset=utf-8') =>
  previewOf(URL_ASKED, { contentType, body: typeof html === 'string' ? new TextEncoder().encode(html) : html }, Parser);

describe('a preview', () => {
  test('says what the page says of itself for others, else what its head does', () => {
    const head = `<title>Title</title><meta name="description" content="Description">`;
    expect(of(head)).toEqual({ url: URL_ASKED, title: 'Title', description: 'Description' });
    expect(
      of(
        `${head}<meta property="og:title" content="Better"><meta property="og:description" content="Of it"><meta property="og:site_name" content="Site">`
      )
    ).toEqual({ url: URL_ASKED, title: 'Better', description: 'Of it', site_name: 'Site' });
  });

  test('needs a title', () => {
    expect(of('<meta name="description" content="Only this">')).toBeNull();
    expect(of('<title> \n </title>')).toBeNull();
    expect(of('')).toBeNull();
  });

  test('takes no title of a picture, a script or a comment', () => {
    expect(of('<svg><title>Logo</title></svg><title>Page</title>')?.title).toBe('Page');
    expect(of('<!-- <title>No</title> --><script>"<title>No</title>"</script><title>Yes</title>')?.title).toBe('Yes');
  });

  test('is text: what stands for characters is read, what looks like a tag stays as it is', () => {
    expect(of('<title>A &amp; B &lt;img onerror=x&gt; &#x1F6F6;</title>')?.title).toBe('A & B <img onerror=x> 🛶');
    expect(of('<meta property=og:title content="&lt;script&gt;alert(1)&lt;/script&gt;">')?.title).toBe(
      '<script>alert(1)</script>'
    );
  });

  test('is one line, without what turns the order of letters or controls a screen', () => {
    expect(of('<title>\n a\u202Eb\u2066 \u0000\u001B[31m c\t\n</title>')?.title).toMatch(/^ab .?\[31m c$/u);
    expect(of('<title>\u0007</title>')).toBeNull();
  });

  test('is short, as the database counts', () => {
    const long = `<title>${'🛶'.repeat(500)}</title><meta name=description content="${'x'.repeat(5000)}"><meta property=og:site_name content="${'s'.repeat(500)}">`;
    const { title, description, site_name } = of(long)!;
    expect([title, description!, site_name!].map((text) => [...text].length)).toEqual([200, 300, 80]);
    expect(title.endsWith('🛶…')).toBe(true);
  });

  test('is read in the alphabet of the header, else in that of the page', () => {
    const latin = (html: string) => Uint8Array.from(html, (character) => character.charCodeAt(0));
    expect(of(latin('<title>Café</title>'), 'text/html; charset=ISO-8859-1')?.title).toBe('Café');
    expect(of(latin('<meta charset=windows-1252><title>Café</title>'), 'text/html')?.title).toBe('Café');
    expect(
      of(latin('<meta http-equiv=Content-Type content="text/html; charset=latin1"><title>Café</title>'), 'text/html')?.title
    ).toBe('Café');
    expect(of('<meta charset=no-such><title>Café</title>', 'text/html; charset=none-either')?.title).toBe('Café');
  });

  test('of a page that was cut in the middle is what was there', () => {
    expect(of('<meta property="og:title" content="Whole"><meta property="og:descr')).toEqual({ url: URL_ASKED, title: 'Whole' });
  });
});

test.each([
  ['no JSON', 'https://page.example'],
  ['no text', '{"url": 1}'],
  ['a path', '{"url": "/etc/passwd"}'],
  ['another scheme', '{"url": "ftp://page.example"}'],
  ['no host', '{"url": "http://"}'],
  ['too long', JSON.stringify({ url: `https://page.example/${'a'.repeat(2000)}` })]
])('what is asked for is the address of a page, not %s', (_, body) => {
  expect(askedUrl(body)).toBeUndefined();
});

describe('the function', () => {
  const project = { url: 'http://parley.test', key: 'sb_secret_key' };

  /** With a database that answers so. */
  function asking(answers: Record<string, Response>, look = () => Promise.resolve(of('<title>A</title>'))) {
    const calls: { name: string; headers: Headers; args: unknown }[] = [];
    const fetcher = (url: string | URL | Request, init?: RequestInit) => {
      const name = String(url instanceof Request ? url.url : url)
        .split('/')
        .at(-1)!;
      calls.push({ name, headers: new Headers(init?.headers), args: JSON.parse(init?.body as string) });
      return Promise.resolve(answers[name] ?? Response.json(null));
    };
    let looked = 0;
    const answer = answerer({ project, look: () => ((looked += 1), look()), fetcher });
    const ask = (
      body: unknown = { url: URL_ASKED },
      headers: Record<string, string> = { apikey: 'pk', authorization: 'Bearer token' }
    ) => answer(new Request('http://parley.test/link-preview', { method: 'POST', body: JSON.stringify(body), headers }));
    return { ask, calls, looked: () => looked };
  }

  test('asks as the person whether they may, and as itself what is known', async () => {
    const { ask, calls } = asking({});
    expect(await (await ask()).json()).toEqual({ preview: { url: URL_ASKED, title: 'A' } });
    expect(calls.map(({ name }) => name)).toEqual(['take_link_preview', 'known_link_preview', 'keep_link_preview']);
    expect([calls[0]!.headers.get('apikey'), calls[0]!.headers.get('authorization')]).toEqual(['pk', 'Bearer token']);
    expect([calls[1]!.headers.get('apikey'), calls[1]!.headers.get('authorization')]).toEqual(['sb_secret_key', null]);
    expect(calls[2]!.args).toEqual({ url: URL_ASKED, preview: { url: URL_ASKED, title: 'A' } });
  });

  test('looks at nothing for whom the database refuses, and says why', async () => {
    const refusal = Response.json({ code: 'preview_rate_limited' }, { status: 429, headers: { 'retry-after': '7' } });
    const { ask, looked } = asking({ take_link_preview: refusal });
    const response = await ask();
    expect([response.status, response.headers.get('retry-after'), looked()]).toEqual([429, '7', 0]);
  });

  test('looks once while it is known', async () => {
    const { ask, looked } = asking({ known_link_preview: Response.json({ preview: null }) });
    expect([await (await ask()).json(), looked()]).toEqual([{ preview: null }, 0]);
  });

  test('does not say why there is none', async () => {
    const { ask, calls } = asking({}, () => Promise.reject(new Error('10.0.0.1 is not on the public Internet')));
    expect(await (await ask()).json()).toEqual({ preview: null });
    expect(calls.at(-1)!.args).toEqual({ url: URL_ASKED, preview: null });
  });

  test('takes an address and nothing else', async () => {
    const { ask, looked } = asking({});
    expect([(await ask({ url: 'javascript:alert(1)' })).status, looked()]).toEqual([400, 0]);
  });
});
