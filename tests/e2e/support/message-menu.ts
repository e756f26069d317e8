import type { Window } from './person.ts';

/** Opens the menu of the oldest message with this text, and chooses an action by its exact name. */
export async function chooseFor(window: Window, text: string, action: string): Promise<void> {
  const message = window.message(text).first();
  await message.hover();
  await message.getByRole('button', { name: 'What to do with this message' }).click();
  const menu = window.page.getByRole('dialog', { name: 'What to do with this message' });
  await menu.getByRole('button', { name: action, exact: true }).click();
}
