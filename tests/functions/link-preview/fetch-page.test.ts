/** What a link preview asks the Internet for, and what nobody can make it ask. */
import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import ipaddr from 'ipaddr.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fetchPage, type FetchOptions } from '../../../functions/link-preview/fetch-page.ts';
import { type Address, publicAddress, type Resolve } from '../../../functions/shared/judged-address.ts';
import { certificateFor } from '../../support/certificate.ts';
import { Site } from './site.ts';

const certificate = certificateFor('page.example');
const site = new Site();
const secureSite = new Site(certificate);
const PUBLIC: Address = { address: '93.184.215.14', family: 4 };
const onTheInternet: Resolve = () => Promise.resolve([PUBLIC]);
const served = site.answer;

beforeAll(() => Promise.all([site.start(), secureSite.start()]));
afterAll(() => Promise.all([site.stop(), secureSite.stop()]));
beforeEach(() => {
  for (const each of [site, secureSite]) {
    each.asked.length = 0;
    each.connections = 0;
    each.answer = served;
  }
});

/** As the function does it, but for the last step: what was judged to be on the Internet is the test's site. */
function get(url: string, { resolve = onTheInternet, ...more }: Partial<FetchOptions> & { resolve?: Resolve } = {}) {
  return fetchPage(new URL(url), {
    judge: (at) => publicAddress(at, resolve, (address) => ipaddr.process(address).range() === 'unicast'),
    door: ({ address }, port) => {
      if (address !== PUBLIC.address) throw new Error(`${address} would be connected to`);
      return { host: '127.0.0.1', port: port === 443 ? secureSite.port : site.port, ca: certificate.cert };
    },
    ...more
  });
}

const textOf = async (page: ReturnType<typeof get>) => new TextDecoder().decode((await page).body);
const redirectTo = (location: string, status = 302) => {
  site.answer = (_, response) => void response.writeHead(status, { location }).end();
};
const page = (response: ServerResponse, headers = {}) => response.writeHead(200, { 'content-type': 'text/html', ...headers });

describe('a page', () => {
  test('is read, by whoever says who they are', async () => {
    expect(await textOf(get('https://page.example/a?b=c#d'))).toBe('<title>A page</title>');
    const [{ url, headers, method }] = secureSite.asked as [(typeof secureSite.asked)[0]];
    expect([method, url, headers.host]).toEqual(['GET', '/a?b=c', 'page.example']);
    expect(headers['user-agent']).toContain('Parley');
    expect([headers.cookie, headers.authorization, headers.referer]).toEqual([undefined, undefined, undefined]);
  });

  test('has to be the one that its certificate names', async () => {
    await expect(get('https://another.example/')).rejects.toThrow(/altnames|certificate|hostname/i);
    expect(secureSite.asked).toEqual([]);
  });

  test('may be three redirects away, not four', async () => {
    let left = 3;
    site.answer = (request, response) =>
      left-- > 0 ? void response.writeHead(302, { location: '/next' }).end() : served(request, response);
    expect(await textOf(get('http://page.example/'))).toBe('<title>A page</title>');
    left = 4;
    await expect(get('http://page.example/')).rejects.toThrow('More than 3 redirects');
  });

  test('may send on to https', async () => {
    redirectTo('https://page.example/', 301);
    expect(await textOf(get('http://page.example/'))).toBe('<title>A page</title>');
    expect(secureSite.asked).toHaveLength(1);
  });
});

describe('nothing is sent to', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/'
  ])('%s', async (url) => {
    await expect(get(url)).rejects.toThrow('not on the public Internet');
    expect(site.connections).toBe(0);
  });

  test.each(['http://page.example:22/', 'http://page.example:8080/', 'https://page.example:5432/'])(
    'the port of %s',
    async (url) => {
      await expect(get(url)).rejects.toThrow(/Port \d+ is not of the Web/);
      expect(site.connections + secureSite.connections).toBe(0);
    }
  );

  test.each(['ftp://page.example/', 'file:///etc/passwd', 'data:text/html,x', 'http://alice:secret@page.example/'])(
    '%s',
    async (url) => {
      await expect(get(url)).rejects.toThrow();
      expect(site.connections).toBe(0);
    }
  );

  test('this machine by its name', async () => {
    await expect(fetchPage(new URL('http://localhost/'), { judge: (at) => publicAddress(at) })).rejects.toThrow(
      'not on the public Internet'
    );
  });

  test('a name that leads inside, also beside addresses outside', async () => {
    const resolve: Resolve = () => Promise.resolve([PUBLIC, { address: '10.0.0.5', family: 4 }]);
    await expect(get('http://both.example/', { resolve })).rejects.toThrow('not on the public Internet');
    expect(site.connections).toBe(0);
  });

  test('what a name means later: it is asked once, and connected to is what was judged', async () => {
    const answers: Address[][] = [[PUBLIC], [{ address: '127.0.0.1', family: 4 }]];
    const resolve: Resolve = () => Promise.resolve(answers.shift()!);
    expect(await textOf(get('http://rebinding.example/', { resolve }))).toBe('<title>A page</title>');
    expect(answers).toHaveLength(1);
    // A redirect to itself is judged anew.
    redirectTo('/again');
    answers.unshift([PUBLIC]);
    await expect(get('http://rebinding.example/', { resolve })).rejects.toThrow('not on the public Internet');
    expect(site.asked).toHaveLength(2);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/',
    'http://127.0.0.1:5432/',
    'http://page.example:6379/',
    '//10.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)'
  ])('%s, by a redirect', async (location) => {
    redirectTo(location);
    await expect(get('http://page.example/')).rejects.toThrow();
    expect(site.asked).toHaveLength(1);
  });
});

describe('no more is taken than', () => {
  test('half a megabyte of a page that has no end', async () => {
    const ended = new Promise<void>((resolve) => {
      site.answer = (_, response) => {
        page(response);
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        response.on('close', resolve);
        more();
      };
    });
    expect((await get('http://page.example/')).body).toHaveLength(512 * 1024);
    await ended;
  });

  test.each([
    ['page that drips', (_: unknown, response: ServerResponse) => void page(response).write('<title>')],
    ['page that never begins', () => {}],
    [
      'header that drips',
      (_: unknown, response: ServerResponse) => void response.socket!.write('HTTP/1.1 200 OK\r\ncontent-type: te')
    ]
  ])('the time allowed, of a %s', async (_, answer) => {
    site.answer = answer;
    await expect(get('http://page.example/', { timeoutMs: 200 })).rejects.toThrow('Not within 200 ms');
  });

  test('the time allowed, of a name that is not answered for, and of redirects together', async () => {
    await expect(get('http://page.example/', { timeoutMs: 100, resolve: () => new Promise(() => {}) })).rejects.toThrow(
      'Not within'
    );
    site.answer = (_, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150);
    await expect(get('http://page.example/', { timeoutMs: 400 })).rejects.toThrow('Not within');
  });

  test('what is not packed: a bomb stays closed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    site.answer = (_, response) => void page(response, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(get('http://page.example/')).rejects.toThrow('It is packed (gzip)');
    expect(site.asked[0]!.headers['accept-encoding']).toBe('identity');
  });

  test.each(['application/json', 'image/svg+xml', 'text/plain', 'application/octet-stream; name=text/html', ''])(
    'pages: nothing of type "%s"',
    async (type) => {
      site.answer = (_, response) => void response.writeHead(200, type ? { 'content-type': type } : {}).end('<title>A</title>');
      await expect(get('http://page.example/')).rejects.toThrow('It is ');
    }
  );

  test.each([204, 304, 401, 404, 500])('pages that are there: nothing of a %d', async (status) => {
    site.answer = (_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end();
    await expect(get('http://page.example/')).rejects.toThrow(`Answered ${status}`);
  });
});
