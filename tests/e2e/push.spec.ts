/** From a message to a click: the database, the function, a push service, the worker, the system's notification, and the tab. */
import { desktopProblem, type Shown } from '../support/desktop/desktop.ts';
import { Desk } from './support/desk.ts';
import { expect, test as base } from './support/people.ts';

const test = base.extend<{ desk: Desk }>({
  desk: async ({ stack, launchOptions, contextOptions }, use, testInfo) => {
    const desk = await Desk.open(stack, 'Bob Lindqvist', launchOptions, contextOptions);
    await use(desk);
    const log = JSON.stringify(desk.desktop.shown, null, 2);
    await testInfo.attach('notifications-as-the-desktop-received-them.json', { body: log, contentType: 'application/json' });
    await desk.close();
  }
});

test.use({ serviceWorkers: 'allow' });
const problem = desktopProblem();
test.skip(problem !== undefined, problem);
// Each starts a browser of its own.
test.slow();

/** Bob has switched pushes on, and looks at something else. */
async function switchOn({ person }: Desk): Promise<void> {
  await person.visit('/settings/notifications');
  // It fetches the whole app first, which takes as long as it takes.
  await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await person.page.getByRole('button', { name: 'Turn on' }).click();
  await expect(person.page.getByText('This browser is told, also while Parley is closed.')).toBeVisible();
}

/** What Alice says goes all the way to Bob's desktop. */
async function arrives(desk: Desk, text: string): Promise<Shown> {
  const { service, device, desktop } = desk;
  const isIt = ({ body }: { body?: string }) => body?.includes(text) === true;
  await service.until(() => service.taken(device).some(isIt));
  await desk.deliver(service.taken(device).find(isIt)!);
  return desktop.until(isIt);
}

const buttonOf = ({ actions }: Shown, label: string) => Object.keys(actions).find((name) => actions[name] === label)!;

test('a click on a notification leads the open tab to the message', async ({ alice, desk }) => {
  const { person: bob, desktop } = desk;
  const group = await alice.groupWith('Kitchen', bob);
  await switchOn(desk);
  await alice.says(group, 'Lunch at one?');
  const shown = await arrives(desk, 'Lunch at one?');
  expect(shown).toMatchObject({ summary: 'Kitchen', body: expect.stringContaining('Alice') as unknown });
  expect(shown.hints).toMatchObject({ 'image-path': expect.stringContaining('icon') as unknown, urgency: 1 });
  expect(desk.service.log.map(({ fault }) => fault)).toEqual([undefined]);
  desktop.click(shown);
  await expect(bob.page).toHaveURL(new RegExp(`/chats/${group}`));
  await expect(bob.message('Lunch at one?')).toBeVisible();
  expect(desktop.closed).toContain(shown.id);
});

test('with no tab open, a click opens the app at the message', async ({ alice, desk }) => {
  const { person: bob, desktop } = desk;
  const group = await alice.groupWith('Kitchen', bob);
  await switchOn(desk);
  await bob.page.close();
  await alice.says(group, 'Open me');
  const shown = await arrives(desk, 'Open me');
  const opened = bob.context.waitForEvent('page');
  desktop.click(shown);
  await expect(await opened).toHaveURL(new RegExp(`/chats/${group}`));
});

test('with no tab open, a button of the notification reads the message, and opens nothing', async ({ alice, desk }) => {
  const { person: bob, desktop } = desk;
  const group = await alice.groupWith('Kitchen', bob);
  await switchOn(desk);
  await bob.page.close();
  const unread = async () => {
    const { data } = await bob.api.from('conversation_list').select('unread').eq('id', group).single();
    return data?.['unread'] as number;
  };
  await alice.says(group, 'Read me from outside');
  const shown = await arrives(desk, 'Read me from outside');
  expect(await unread()).toBe(1);
  desktop.click(shown, buttonOf(shown, 'Mark as read'));
  await expect.poll(unread).toBe(0);
  expect(bob.context.pages()).toHaveLength(1);
});

test('with no tab open, an answer written into the notification is sent, and opens nothing', async ({ alice, desk }) => {
  const { person: bob, desktop } = desk;
  const group = await alice.groupWith('Kitchen', bob);
  await switchOn(desk);
  await bob.page.close();
  await alice.visit(`/chats/${group}`);
  await alice.says(group, 'Lunch at two?');
  const shown = await arrives(desk, 'Lunch at two?');
  desktop.answer(shown, 'At half past two');
  await expect(alice.message('At half past two')).toBeVisible();
  expect(bob.context.pages()).toHaveLength(1);
});
