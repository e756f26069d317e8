import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrivateFolders, type Person, refusal, type StorageStack, startStorageStack } from './stack.ts';

let stack: StorageStack;
let alice: Person;

const own = (name: string) => `${alice.id}/${name}`;
const files = () => alice.client.storage.from('papers');

beforeAll(async () => {
  stack = await startStorageStack();
  await makePrivateFolders(stack, 'papers');
  alice = await stack.person();
});
afterAll(() => stack?.stop());

describe('a name', () => {
  test.each(['ümläut.txt', '漢字', 'a\\b', 'a\nb', 'a%b', '<script>', 'a"b', 'tab\tbed', 'x~y', '[x]'])(
    '%j is refused, as on the platform',
    async (name) => {
      expect(await refusal(files().upload(encodeURIComponent(own(name)), 'x'))).toMatchObject({
        statusCode: '400',
        code: 'InvalidKey'
      });
    }
  );

  test.each(["it's (a) file!.txt", 'a b c', 'x&y=$1@2;3:4+5,6'])('%j is taken, and found again', async (name) => {
    expect((await files().upload(own(name), name)).error).toBeNull();
    expect(await (await files().download(own(name))).data?.text()).toBe(name);
    expect((await files().remove([own(name)])).data).toHaveLength(1);
  });

  test.each(['..%2f..%2f..%2fetc%2fpasswd', '%2e%2e%2fescape', '.%2fx', 'a%2f..%2f..%2fb'])('%s climbs nowhere', async (name) => {
    // The raw request keeps what fetch would already have resolved.
    const { status, body } = await raw('POST', `/storage/v1/object/papers/${alice.id}/${name}`, 'x');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'InvalidKey' });
  });

  test.each(['../x', 'a/../../x', '/etc/passwd/..', './x'])('%s is refused as the goal of move and copy', async (name) => {
    await files().upload(own('source.txt'), 'x', { upsert: true });
    expect(await refusal(files().move(own('source.txt'), own(name)))).toMatchObject({ code: 'InvalidKey' });
    expect(await refusal(files().copy(own('source.txt'), own(name)))).toMatchObject({ code: 'InvalidKey' });
  });

  function raw(method: string, target: string, body: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(stack.url);
      const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'text/plain' };
      const sent = request({ hostname, port, method, path: target, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject).end(body);
    });
  }
});
