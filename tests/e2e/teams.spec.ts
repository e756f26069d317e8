import { expectClean } from './support/axe.ts';
import { expect, test } from './support/people.ts';

test('a team: made, filled, used, governed, left', async ({ alice, bob, carol }) => {
  // Three people and axe on each part.
  test.slow();
  const { page } = alice;

  await test.step('Alice makes it, with a project and a channel', async () => {
    await alice.visit('/teams');
    await expect(page.getByText('No team yet')).toBeVisible();
    await expectClean(page, 'no teams');
    await page.getByRole('button', { name: 'Create a team' }).first().click();
    await page.getByLabel('Name').fill('Harbour Café');
    await page.getByLabel('What it is for').fill('Coffee by the water');
    await page.getByRole('dialog').getByRole('button', { name: 'Create a team' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Harbour Café' })).toBeVisible();
    await expect(page.getByText('No channels yet')).toBeVisible();
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name of the project').fill('Autumn menu');
    await page.getByRole('button', { name: 'Create the project' }).click();
    await expect(page.getByRole('heading', { name: 'Autumn menu' })).toBeVisible();
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.getByLabel('Title').fill('Autumn dishes');
    await page.getByLabel('Project').selectOption('Autumn menu');
    await expectClean(page, 'new channel');
    await page.getByRole('button', { name: 'Create the channel' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Autumn dishes' })).toBeVisible();
  });

  await test.step('she invites Bob, who comes in and joins the channel', async () => {
    await alice.visit('/teams');
    await page.getByTestId('teams').getByRole('link').click();
    await page.getByRole('tab', { name: 'Invitations' }).click();
    await page.getByRole('button', { name: 'Invite people' }).click();
    await page.getByRole('combobox', { name: 'Find people' }).fill(bob.credentials.handle);
    await page.getByRole('option', { name: bob.credentials.name }).click();
    await page.getByRole('button', { name: 'Invite one person' }).click();
    await expect(page.getByRole('button', { name: `Take back: ${bob.credentials.name}` })).toBeVisible();
    await expectClean(page, 'invitations');

    await bob.visit('/teams');
    const invitation = bob.page.getByTestId('invitation');
    await expect(invitation).toContainText('Harbour Café');
    await expectClean(bob.page, 'invited');
    await invitation.getByRole('button', { name: 'Join' }).click();
    await expect(bob.page.getByRole('heading', { level: 2, name: 'Harbour Café' })).toBeVisible();
    await expect(bob.page.getByRole('tab', { name: 'Words' })).toBeHidden();
    await expectClean(bob.page, 'channels');
    await bob.page.getByRole('button', { name: 'Join: Autumn dishes' }).click();
    await expect(bob.composer).toBeVisible();
    await bob.write('Pumpkin soup');
    await expect(alice.page.getByTestId('teams')).toBeVisible();
  });

  await test.step('Carol comes by a link', async () => {
    await page.getByRole('button', { name: 'New link' }).click();
    await page.getByLabel('It lets in').selectOption('Guest');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('textbox', { name: 'Your link' }).inputValue();
    await page.getByRole('button', { name: 'Close' }).last().click();
    await carol.page.goto(link);
    await expect(carol.page.getByRole('heading', { name: 'Harbour Café' })).toBeVisible();
    await expect(carol.page.getByText('You would join as a guest.')).toBeVisible();
    await expectClean(carol.page, 'join');
    await carol.page.getByRole('button', { name: 'Join the team' }).click();
    await expect(carol.page.getByText('You are a guest here')).toBeVisible();
    await expect(carol.page.getByRole('button', { name: 'New channel' })).toBeHidden();
    await page.getByRole('button', { name: 'End the link' }).click();
    await expect(page.getByText('There is no link at the moment.')).toBeVisible();
    await carol.page.goto(link);
    await expect(carol.page.getByText('This link lets nobody in any more')).toBeVisible();
  });

  await test.step('Alice gives Bob a role, and removes Carol', async () => {
    await page.getByRole('tab', { name: 'Members' }).click();
    const row = (name: string) => page.getByTestId('team-member').filter({ hasText: name });
    await expect(row(carol.credentials.name)).toContainText('Guest');
    await expectClean(page, 'members');
    await page.getByRole('button', { name: `More about ${bob.credentials.name}` }).click();
    await page.getByRole('menuitem', { name: 'Make admin' }).click();
    await expect(row(bob.credentials.name)).toContainText('Admin');
    await page.getByRole('button', { name: `More about ${carol.credentials.name}` }).click();
    await page.getByRole('menuitem', { name: 'Remove from the team' }).click();
    await page.getByRole('button', { name: 'Remove from the team' }).click();
    await expect(page.getByTestId('team-member')).toHaveCount(2);
    await carol.visit('/teams');
    await expect(carol.page.getByText('No team yet')).toBeVisible();
  });

  await test.step('she puts a word on the list', async () => {
    await page.getByRole('tab', { name: 'Words' }).click();
    await page.getByLabel('Word', { exact: true }).fill('darn');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('list', { name: 'Words' })).toContainText('darn');
    await expectClean(page, 'words');
    await page.getByRole('button', { name: 'Take “darn” off the list' }).click();
    await expect(page.getByText('No words on the list.')).toBeVisible();
  });

  await test.step('she makes a bot and a webhook, whose secrets come once', async () => {
    await page.getByRole('tab', { name: 'Bots and webhooks' }).click();
    await page.getByRole('button', { name: 'New bot' }).click();
    await page.getByLabel('Name').fill('Till');
    await page.getByLabel('Handle').fill(`till_${alice.credentials.handle.slice(-8)}`);
    await page.getByRole('button', { name: 'Make the bot' }).click();
    await expect(page.getByRole('textbox', { name: 'Its key' })).toHaveValue(/^pbk_/);
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'More about Till' }).click();
    await page.getByRole('menuitem', { name: 'Add it to a channel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page.getByRole('button', { name: 'New address' }).click();
    await page.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByRole('textbox', { name: 'The address' })).toHaveValue(/\/functions\/v1\/incoming\//);
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByLabel('Address', { exact: true }).fill('https://example.com/hook');
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await expect(page.getByRole('textbox', { name: 'Its secret' })).toHaveValue(/^whsec_/);
    await page.getByRole('button', { name: 'Close' }).last().click();
    await expect(page.getByRole('list', { name: 'Webhooks' })).toContainText('https://example.com/hook');
    await expectClean(page, 'integrations');
  });

  await test.step('she archives the channel, renames the team, reads the log and leaves', async () => {
    await page.getByRole('tab', { name: 'Channels' }).click();
    await page.getByRole('button', { name: 'More about Autumn dishes' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await expect(page.getByRole('heading', { name: 'Archived channels' })).toBeVisible();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill('Harbour');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Harbour', exact: true })).toBeVisible();
    await expect(page.getByTestId('audit-log')).toContainText(`removed ${carol.credentials.name} from the team`);
    await expectClean(page, 'settings of a team');
    await page.getByRole('button', { name: 'Leave the team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave the team' }).click();
    await expect(page.getByText('No team yet')).toBeVisible();
  });
});
