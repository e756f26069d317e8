import { render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import LinkStrip from '../../web/routes/(app)/chats/[id]/composer/LinkStrip.svelte';

test('a preview is text, beside the host that the link leads to, and can be taken away', async () => {
  const preview = {
    url: 'https://shop.example:443/a?b=c',
    title: '<b>bank.example</b>',
    description: 'A page',
    site_name: 'bank.example'
  };
  const ondismiss = vi.fn();
  render(LinkStrip, { preview, ondismiss });
  const card = screen.getByTestId('link-preview');
  expect(card.getAttribute('href')).toBe(preview.url);
  expect(card.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  // What it calls itself is not shown where its host stands.
  expect([...card.children].map((line) => line.textContent)).toEqual(['shop.example', '<b>bank.example</b>', 'A page']);
  screen.getByRole('button', { name: 'Send without the preview' }).click();
  expect(ondismiss).toHaveBeenCalledOnce();
});
