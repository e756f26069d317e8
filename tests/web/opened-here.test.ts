/** What the search says of encrypted conversations, and how more of one is opened to be searched. */
import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { LiveValue } from '#lib/chat/live.ts';
import OpenedHere from '../../web/routes/(app)/search/OpenedHere.svelte';
import { readWish } from '../../web/routes/(app)/search/search-address.ts';

const further = vi.fn<(id: string) => Promise<Date | null>>();
const conversations = new LiveValue<{ id: string; isEncrypted: boolean }[]>([]);
vi.mock('#lib/state/messenger.svelte.ts', () => ({
  getMessenger: () => ({
    conversations: { items: conversations.current },
    chat: { encryption: async () => ({ search: async () => ({ further }) }) }
  })
}));

function show(query: string, items: { id: string; isEncrypted: boolean }[]) {
  conversations.set(items);
  const onopened = vi.fn();
  render(OpenedHere, { wish: readWish(new URLSearchParams(query)), onopened });
  return onopened;
}
const [open, sealed] = [
  { id: 'c1', isEncrypted: false },
  { id: 'c2', isEncrypted: true }
];

test('it says what the server cannot search, where there is such a thing', () => {
  show('q=x', [open!, sealed!]);
  expect(screen.getByTestId('opened-here').textContent).toContain('The server cannot search encrypted conversations');
});

test.each([
  ['q=x', [open!]],
  ['q=x&in=c1', [open!, sealed!]]
])('else it says nothing (%s)', (query, items) => {
  show(query, items);
  expect(screen.queryByTestId('opened-here')).toBeNull();
});

test('more of a conversation is opened on demand, and it says how far back that goes', async () => {
  const onopened = show('q=x&in=c2', [open!, sealed!]);
  const button = screen.getByRole('button', { name: 'Search further back' });
  further.mockResolvedValueOnce(new Date(2026, 0, 31, 12));
  await fireEvent.click(button);
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).toMatch(/Searched back to .*2026/));
  expect(further).toHaveBeenCalledWith('c2');
  expect(onopened).toHaveBeenCalledTimes(1);
  further.mockResolvedValueOnce(null);
  await fireEvent.click(button);
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).toBe('Searched to the beginning.'));
  further.mockRejectedValueOnce(new Error('No network.'));
  await fireEvent.click(button);
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).not.toContain('Searched'));
  expect(onopened).toHaveBeenCalledTimes(2);
});
