/** The page of one's keys, over the client's own keys and a database in memory. */
import { configure, fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Chat } from '#lib/chat/index.ts';
import { Keys } from '#lib/state/keys.svelte.ts';
import { isLongEnough, verified } from '#lib/state/backup-choice.ts';
import KeyStanding from '../../web/routes/(app)/settings/encryption/KeyStanding.svelte';
import SafetyNumber from '../../web/routes/(app)/chats/[id]/dialogs/SafetyNumber.svelte';
import { SealedDevice } from '../client/support/sealed-person.ts';
import { SealedServer } from '../client/support/sealed-server.ts';

const ALICE = '0a000000-0000-4000-8000-000000000001';
const BOB = '0b000000-0000-4000-8000-000000000002';

// Keys take their time where much else runs.
configure({ asyncUtilTimeout: 10_000 });

let server: SealedServer;
beforeEach(() => {
  server = new SealedServer();
});

const chatOf = ({ encryption }: SealedDevice) =>
  ({
    encryption: async () => ({
      own: encryption.own,
      safety: (userId: string) => encryption.safety(userId),
      verify: (userId: string, isSame: boolean) => encryption.verify(userId, isSame)
    })
  }) as unknown as Chat;

async function shown(device: SealedDevice) {
  const keys = await Keys.load(chatOf(device));
  return { keys, ...render(KeyStanding, { keys }) };
}

const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));
const type = async (label: string, value: string) => fireEvent.input(await screen.findByLabelText(label), { target: { value } });

/** Goes through the set-up with a recovery code. */
async function chooseCode(): Promise<string> {
  await press('Next');
  const code = (await screen.findByRole<HTMLInputElement>('textbox', { name: 'Recovery code' })).value;
  await press('Next');
  await type('Type the code', 'something else');
  await press('Finish');
  await screen.findByText('This is not the code. Look at where you wrote it down.');
  await type('Type the code', code.toLowerCase());
  await press('Finish');
  return code;
}

describe('what opens a backup', () => {
  test('has to be typed in again: a code in any form, a passphrase as it was', () => {
    const code = { step: 'typing' as const, code: 'ABCD-1230' };
    expect(verified(code, 'abcd l23o')).toEqual({ kind: 'recovery_code', text: 'ABCD-1230' });
    expect(verified(code, 'abcd 1231')).toBeNull();
    const passphrase = { step: 'repeating' as const, passphrase: 'four good long words' };
    expect(verified(passphrase, 'four good long words')).toEqual({ kind: 'passphrase', text: 'four good long words' });
    expect(verified(passphrase, 'Four good long words')).toBeNull();
    expect([isLongEnough('short words'), isLongEnough('several words')]).toEqual([false, true]);
  });
});

describe('the page of the keys', () => {
  test('nothing is published before the code was typed in again; then this device is listed', async () => {
    await shown(await SealedDevice.open(server, ALICE));
    await press('Next');
    expect(server.logs.size).toBe(0);
    await press('Back');
    await chooseCode();
    await screen.findByText('This device');
    expect(server.logs.get(ALICE)!.map(({ event }) => event.kind)).toEqual(['identity', 'device_added']);
  });

  test('a passphrase has to be long, and the same twice', async () => {
    await shown(await SealedDevice.open(server, ALICE));
    await fireEvent.click(screen.getByLabelText('Passphrase'));
    await press('Next');
    await type('Passphrase', 'short');
    await press('Next');
    await screen.findByText('At least 12 characters: several words.');
    await type('Passphrase', 'four good long words');
    await press('Next');
    await type('Type the passphrase again', 'four good long werds');
    await press('Finish');
    await screen.findByText('The two are not the same.');
    expect(server.logs.size).toBe(0);
  });

  test('another device is let in by comparing, and removed with a new code', async () => {
    const first = await SealedDevice.open(server, ALICE);
    const one = await shown(first);
    await chooseCode();
    await screen.findByText('This device');

    const second = await SealedDevice.open(server, ALICE);
    const two = await shown(second);
    await press('Ask another device');
    await screen.findByText('Compare this number');
    const asked = two.getAllByTestId('compare-number').at(-1)!.textContent;
    await one.keys.look();
    const request = await screen.findByTestId('device-request');
    expect(request.textContent).toContain(asked.trim());
    await press('The same: let it in');
    await two.keys.look();
    await press('It is the same');
    await vi.waitFor(() => expect(second.own.standing.current).toEqual({ state: 'ready', backup: 'kept' }), { timeout: 10_000 });

    two.unmount();
    await one.keys.look();
    await press('Remove');
    await chooseCode();
    await vi.waitFor(() => expect(screen.getAllByTestId('key-device')).toHaveLength(1), { timeout: 10_000 });
    await second.own.refresh();
    expect(second.own.standing.current).toMatchObject({ state: 'elsewhere', was: true });
  });

  test('a browser without keys is let in by the code alone', async () => {
    const first = await shown(await SealedDevice.open(server, ALICE));
    const code = await chooseCode();
    await screen.findByText('This device');
    first.unmount();
    await shown(await SealedDevice.open(server, ALICE));
    await type('Recovery code or passphrase', 'not it');
    await press('Open the backup');
    await screen.findByText('This does not open your backup.');
    await type('Recovery code or passphrase', code);
    await press('Open the backup');
    await screen.findByText('This device');
  });
});

test('two people compare one number, and it is noted', async () => {
  const [alice, bob] = await Promise.all([SealedDevice.open(server, ALICE), SealedDevice.open(server, BOB)]);
  const person = { id: BOB, handle: 'bob', displayName: 'Bob', avatarUrl: null };
  for (const device of [alice, bob]) {
    const { unmount } = await shown(device);
    await chooseCode();
    await screen.findByText('This device');
    unmount();
  }
  render(SafetyNumber, { chat: chatOf(alice), person });
  const { number } = (await bob.encryption.safety(ALICE))!;
  expect((await screen.findByTestId('compare-number')).textContent.trim()).toBe(number);
  await press('It is the same');
  await screen.findByText('You have compared it.');
  expect(await alice.encryption.safety(BOB)).toMatchObject({ isVerified: true });
});
