/** Files of messages over Storage's own API: who may put them there, and who gets them, as supabase-js asks for it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedStack } from '../support/stack.ts';
import {
  announce,
  type Attachment,
  filesOf,
  given,
  nobody,
  PICTURE,
  sendPicture,
  type Someone,
  someone,
  startGroup,
  upload
} from './files.ts';
import { refusal } from './stack.ts';

const DENIED = { statusCode: '403', code: 'AccessDenied' };
const GONE = { statusCode: '404', code: 'NoSuchKey' };

const stack = sharedStack();
const sql = new pg.Pool({ connectionString: stack.dbUrl, max: 1 });
let alice: Someone;
let bob: Someone;
let carol: Someone;
let mallory: Someone;
let group: string;

beforeAll(async () => {
  [alice, bob, carol, mallory] = (await Promise.all(
    ['Alice', 'Bob', 'Carol', 'Mallory'].map((name) => someone(stack, name))
  )) as [Someone, Someone, Someone, Someone];
  group = await startGroup(alice.supabase, [bob, carol]);
});
afterAll(() => sql.end());

/** What somebody gets of a file, whichever way they ask. */
async function access({ supabase }: Pick<Someone, 'supabase'>, { path }: Attachment): Promise<Record<string, boolean>> {
  const files = filesOf(supabase);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const [download, info, list, listV2, sign, signMany] = await Promise.all([
    files.download(path),
    files.info(path),
    files.list(folder),
    files.listV2({ prefix: folder }),
    files.createSignedUrl(path, 60),
    files.createSignedUrls([path], 60)
  ]);
  return {
    row: ((await supabase.from('attachments').select().eq('path', path)).data?.length ?? 0) > 0,
    download: download.error === null,
    info: info.error === null,
    list: (list.data?.length ?? 0) > 0,
    listV2: (listV2.data?.objects.length ?? 0) + (listV2.data?.folders.length ?? 0) > 0,
    sign: sign.error === null,
    signMany: signMany.data?.[0]?.signedUrl != null
  };
}
const ways = (open: boolean) =>
  Object.fromEntries(['row', 'download', 'info', 'list', 'listV2', 'sign', 'signMany'].map((way) => [way, open]));

describe('a file', () => {
  test('that is announced, uploaded and sent is read by the members, byte by byte', async () => {
    const file = await sendPicture(alice.supabase, group);
    expect(await access(bob, file)).toEqual(ways(true));
    const blob = await given(filesOf(bob.supabase).download(file.path));
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(PICTURE);
    const { signedUrl } = await given(filesOf(bob.supabase).createSignedUrl(file.path, 60));
    const response = await fetch(`${signedUrl}&download=${encodeURIComponent('Überblick.png')}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent('Überblick.png'));
  });

  test('is described in its message as Storage has it', async () => {
    const { seq, id, path } = await sendPicture(alice.supabase, group);
    const { attachments } = await given(
      bob.supabase.from('messages').select('attachments').eq('conversation_id', group).eq('seq', seq).single()
    );
    expect(attachments).toEqual([{ id, path, name: 'picture.png', mime_type: 'image/png', size: PICTURE.byteLength }]);
  });

  test('is nobody else’s before it is sent', async () => {
    const file = await announce(alice.supabase, group);
    await upload(alice.supabase, file);
    expect(await access(alice, file)).toEqual(ways(true));
    expect(await access(bob, file)).toEqual(ways(false));
  });

  test('is no stranger’s, nor anybody’s without an account', async () => {
    const file = await sendPicture(alice.supabase, group);
    expect(await access(mallory, file)).toEqual(ways(false));
    const anon = nobody(stack);
    expect(await access({ supabase: anon }, file)).toEqual(ways(false));
    const address = filesOf(anon).getPublicUrl(file.path).data.publicUrl;
    expect((await fetch(address)).ok).toBe(false);
  });

  test('is not an ex-member’s any more', async () => {
    const file = await sendPicture(alice.supabase, group);
    expect(await access(carol, file)).toEqual(ways(true));
    await given(alice.supabase.rpc('remove_member', { conversation_id: group, user_id: carol.id }));
    expect(await access(carol, file)).toEqual(ways(false));
    expect(await access(bob, file)).toEqual(ways(true));
  });

  test('is nobody’s once its message is deleted, though the bytes still lie there', async () => {
    const file = await sendPicture(alice.supabase, group);
    await sql.query(
      `update public.messages set content = '', attachments = '[]', deleted_at = now() where conversation_id = $1 and seq = $2`,
      [group, file.seq]
    );
    expect(await access(alice, file)).toEqual(ways(false));
    expect(await access(bob, file)).toEqual(ways(false));
  });

  test('is nobody’s once its message’s time is over', async () => {
    const file = await sendPicture(alice.supabase, group);
    await sql.query(`update public.messages set expires_at = now() where conversation_id = $1 and seq = $2`, [group, file.seq]);
    expect(await access(alice, file)).toEqual(ways(false));
    expect(await access(bob, file)).toEqual(ways(false));
  });
});

describe('an upload', () => {
  let file: Attachment;
  beforeAll(async () => {
    file = await announce(alice.supabase, group);
  });

  const put = (who: Someone, path: string, contentType = 'image/png') =>
    filesOf(who.supabase).upload(path, PICTURE, { contentType });

  test('goes only to the place that was announced', async () => {
    const folder = file.path.slice(0, file.path.lastIndexOf('/'));
    for (const path of [`${folder}/other.png`, `${group}/loose.png`, 'loose.png', `${file.path}/deeper.png`]) {
      expect(await refusal(put(alice, path))).toMatchObject(DENIED);
    }
  });

  test('comes only from who announced it', async () => {
    expect(await refusal(put(bob, file.path))).toMatchObject(DENIED);
    expect(await refusal(put(mallory, file.path))).toMatchObject(DENIED);
    expect(await refusal(filesOf(bob.supabase).createSignedUploadUrl(file.path))).toMatchObject(DENIED);
  });

  test('is only of a type that is taken, whatever was announced', async () => {
    for (const type of ['text/html', 'image/svg+xml', 'application/javascript']) {
      expect(await refusal(put(alice, file.path, type))).toMatchObject({ statusCode: '415', code: 'InvalidMimeType' });
    }
  });

  test('is no larger than the bucket takes', async () => {
    const large = new Uint8Array(50 * 1024 * 1024 + 1);
    expect(await refusal(filesOf(alice.supabase).upload(file.path, large, { contentType: 'image/png' }))).toMatchObject({
      statusCode: '413',
      code: 'EntityTooLarge'
    });
  });

  test('happens once: nothing is replaced, moved, copied or deleted', async () => {
    await upload(alice.supabase, file);
    const files = filesOf(alice.supabase);
    expect(await refusal(put(alice, file.path))).toMatchObject({ statusCode: '409' });
    expect(await refusal(files.upload(file.path, PICTURE, { contentType: 'image/png', upsert: true }))).toMatchObject(DENIED);
    expect(await refusal(files.update(file.path, PICTURE, { contentType: 'image/png' }))).toMatchObject(DENIED);
    expect((await files.move(file.path, `${group}/moved.png`)).error).not.toBeNull();
    expect((await files.copy(file.path, `${group}/copied.png`)).error).not.toBeNull();
    expect((await files.remove([file.path])).data).toEqual([]);
    expect((await files.download(file.path)).error).toBeNull();
  });

  test('by a signed URL goes to the same place, once', async () => {
    const other = await announce(alice.supabase, group);
    const { token, path } = await given(filesOf(alice.supabase).createSignedUploadUrl(other.path));
    await given(filesOf(mallory.supabase).uploadToSignedUrl(path, token, PICTURE, { contentType: 'image/png' }));
    expect(
      await refusal(filesOf(alice.supabase).uploadToSignedUrl(path, token, PICTURE, { contentType: 'image/png' }))
    ).toMatchObject({
      statusCode: '409'
    });
  });

  test('is refused once the file was taken back', async () => {
    const other = await announce(alice.supabase, group);
    await given(alice.supabase.rpc('discard_attachment', { conversation_id: group, id: other.id }));
    expect(await refusal(put(alice, other.path))).toMatchObject(DENIED);
  });
});

test('nobody reaches another’s files by listing the bucket', async () => {
  await sendPicture(alice.supabase, group);
  expect((await filesOf(mallory.supabase).list()).data).toEqual([]);
  expect((await filesOf(bob.supabase).list()).data?.map(({ name }) => name)).toEqual([group]);
  expect(await refusal(filesOf(mallory.supabase).download(`${group}/../${group}`))).toMatchObject({
    ...GONE,
    code: expect.anything() as string
  });
});
