import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import Composer from '../../web/routes/(app)/chats/[id]/Composer.svelte';

function compose(text = '') {
  const onsend = vi.fn<(text: string) => void>();
  const onkeystroke = vi.fn<() => void>();
  const onpause = vi.fn<() => void>();
  render(Composer, { text, label: 'Message', onsend, onkeystroke, onpause });
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
  return { field, onsend, onkeystroke, onpause };
}

test('Enter sends the text without the space around it, and empties the field', async () => {
  const { field, onsend } = compose('  Hello \n');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(onsend).toHaveBeenCalledExactlyOnceWith('Hello');
  expect(field.value).toBe('');
});

test('Enter with Shift, or while a character is being composed, does not send', async () => {
  const { field, onsend } = compose('Hello');
  await fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  await fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(onsend).not.toHaveBeenCalled();
  expect(field.value).toBe('Hello');
});

test('blank and too long texts stay where they are', async () => {
  for (const text of ['  \n ', 'x'.repeat(5001)]) {
    const { field, onsend } = compose(text);
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(onsend).not.toHaveBeenCalled();
    expect(field.value).toBe(text);
    document.body.replaceChildren();
  }
});

test('typing is told, and so is emptying the field', async () => {
  const { field, onkeystroke, onpause } = compose();
  await fireEvent.input(field, { target: { value: 'H' } });
  expect(onkeystroke).toHaveBeenCalledTimes(1);
  expect(onpause).not.toHaveBeenCalled();
  await fireEvent.input(field, { target: { value: '' } });
  expect(onkeystroke).toHaveBeenCalledTimes(1);
  expect(onpause).toHaveBeenCalledTimes(1);
});

test('characters left are counted near the limit, as the database counts them', () => {
  compose('😀'.repeat(4990));
  expect(screen.getByText('10')).toBeTruthy();
});
