/** Where the bytes of attachments are had. */
import { expect, test } from 'vitest';
import { Refused, Unreachable } from '../../web/lib/chat/index.ts';
import { FileAddresses } from '../../web/lib/chat/attachments/file-addresses.ts';
import { FakeClock } from './support/fake-clock.ts';

const HOUR_MS = 3_600_000;
const bytes = { mimeType: 'text/plain', size: 5 };
const stored = (name: string) => ({ id: name, path: `somewhere/${name}`, name, ...bytes });

function world() {
  const clock = new FakeClock();
  const asked: (readonly string[])[] = [];
  const blobs = new Map<string, Blob>();
  const state: { error: Error | null } = { error: null };
  const addresses = new FileAddresses({
    backend: {
      addresses: async (paths) => {
        asked.push(paths);
        if (state.error) throw state.error;
        return new Map(
          paths.filter((path) => !path.includes('gone')).map((path) => [path, `https://x/${path}?token=${asked.length}`])
        );
      }
    },
    blob: async (id) => blobs.get(id) ?? null,
    clock
  });
  return { clock, asked, blobs, state, addresses };
}

test('what a screen shows is asked for at once, and kept as long as it is good', async () => {
  const { addresses, asked, clock } = world();
  const [a, b] = await Promise.all([addresses.of(stored('a')), addresses.of(stored('b'))]);
  expect([a, b]).toEqual(['https://x/somewhere/a?token=1', 'https://x/somewhere/b?token=1']);
  expect(await addresses.of(stored('a'))).toBe(a);
  expect(asked).toEqual([['somewhere/a', 'somewhere/b']]);
  await clock.pass(HOUR_MS);
  expect(await addresses.of(stored('a'))).toBe('https://x/somewhere/a?token=2');
});

test('saving goes by the name that it was given, whatever that is', async () => {
  const { addresses } = world();
  expect(await addresses.download({ ...stored('a'), name: 'Über & Co.pdf' })).toBe(
    `https://x/somewhere/a?token=1&download=${encodeURIComponent('Über & Co.pdf')}`
  );
});

test('what one may not have is refused; what failed is asked for again', async () => {
  const { addresses, state, asked } = world();
  await expect(addresses.of(stored('gone'))).rejects.toThrow(Refused);
  state.error = new Unreachable('no network');
  await expect(addresses.of(stored('a'))).rejects.toThrow(state.error);
  state.error = null;
  expect(await addresses.of(stored('a'))).toContain('somewhere/a');
  expect(asked).toHaveLength(3);
});

test('a file that waits here is shown from its own bytes, and still is once it is sent', async () => {
  const { addresses, blobs, asked } = world();
  blobs.set('mine', new Blob(['bytes']));
  const address = await addresses.of({ id: 'mine', path: null, ...bytes });
  expect(await (await fetch(address)).text()).toBe('bytes');
  blobs.clear();
  expect(await addresses.of({ id: 'mine', path: 'somewhere/mine', ...bytes })).toBe(address);
  expect(asked).toEqual([]);
  addresses.clear();
  await expect(fetch(address)).rejects.toThrow();
  await expect(addresses.of({ id: 'mine', path: null, ...bytes })).rejects.toMatchObject({ code: 'file_lost' });
});
