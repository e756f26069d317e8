import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/people.ts';

test('pages come with their headers, and may call this API and no other', async ({ stack, request }) => {
  const headers = (await request.get(`${stack.webUrl}/chats`)).headers();
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin'
  });
  expect(headers['permissions-policy']).toContain('geolocation=()');
  const api = new URL(stack.apiUrl);
  expect(headers['content-security-policy']).toBe(
    `connect-src 'self' blob: ${api.origin} ws://${api.host}; frame-ancestors 'none'`
  );
});

for (const path of ['/', '/chats']) {
  test(`${path} runs no script, style or HTML that is put into it`, async ({ alice, stack }) => {
    alice.breaksThePolicy = true;
    await alice.visit(path);
    await expect(alice.page.getByRole('heading', { level: 1 })).toBeVisible();
    const policy = (await alice.page.locator('meta[http-equiv="content-security-policy"]').getAttribute('content')) ?? '';
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/'unsafe-(inline|eval)'/);

    const outcome = await alice.page.evaluate(async (elsewhere) => {
      const attempt = (act: () => unknown) => {
        try {
          act();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const html = attempt(() => (document.createElement('div').innerHTML = '<img src=x onerror="window.broken = 1">'));
      const script = document.createElement('script');
      const text = attempt(() => (script.text = 'window.broken = 2'));
      const policy = attempt(() =>
        (window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy(
          'own',
          {}
        )
      );
      const style = document.createElement('style');
      style.append('h1 { color: rgb(1, 2, 3) }');
      document.head.append(style);
      document.querySelector('h1')!.setAttribute('style', 'color: rgb(1, 2, 3)');
      const colour = getComputedStyle(document.querySelector('h1')!).color;
      const call = await fetch(elsewhere).then(
        () => 'done',
        () => 'refused'
      );
      return { html, text, policy, colour, call, broken: (window as { broken?: number }).broken };
    }, stack.mailUrl);
    expect(outcome).toEqual({
      html: 'TypeError',
      text: 'TypeError',
      policy: 'TypeError',
      colour: expect.not.stringContaining('rgb(1, 2, 3)'),
      call: 'refused',
      broken: undefined
    });
  });
}

test('the styles that the policy names are those of the libraries', async () => {
  const styles = await Promise.all(
    [
      ['@sveltejs/kit/src/runtime/components/root.svelte', /id="svelte-announcer"[\s\S]*?style="([^"]*)"/] as const,
      ['bits-ui/dist/bits/command/components/command-item.svelte', /style="([^"]*)"/] as const
    ].map(async ([file, style]) => style.exec(await readFile(`node_modules/${file}`, 'utf8'))?.[1] ?? '')
  );
  const named = [...(await readFile('svelte.config.js', 'utf8')).matchAll(/'(sha256-[^']*)'/g)].map(([, hash]) => hash);
  expect(named).toEqual(styles.map((style) => `sha256-${createHash('sha256').update(style).digest('base64')}`));
});
