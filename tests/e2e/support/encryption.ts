import { expect as expected, type Page } from '@playwright/test';
import type { Person } from './person.ts';

/** Chooses a recovery code, and types it in once more. */
export async function chooseCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Next' }).click();
  const code = await page.getByRole('textbox', { name: 'Recovery code' }).inputValue();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Type the code').fill('not the code');
  await page.getByRole('button', { name: 'Finish' }).click();
  await expected(page.getByText('This is not the code.')).toBeVisible();
  await page.getByLabel('Type the code').fill(code.toLowerCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: 'Finish' }).click();
  return code;
}

/** Gives somebody keys, and their recovery code to the test. */
export async function setUp(person: Person): Promise<string> {
  await person.visit('/settings/encryption');
  const code = await chooseCode(person.page);
  await expected(person.page.getByTestId('key-device')).toBeVisible();
  return code;
}

export const encryptionOf = async ({ page }: Pick<Person, 'page'>) => {
  await page.getByRole('button', { name: 'More about this conversation' }).click();
  await page.getByRole('menuitem', { name: 'Encryption' }).click();
};
