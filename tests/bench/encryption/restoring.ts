import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { StackAddresses } from '../../../supabase/embedded/addresses.ts';
import {
  backUp,
  checkSecret,
  type Epoch,
  fromBase64Url,
  lockWithPassphrase,
  newBackupSecret,
  restore,
  toBase64Url,
  unlock
} from '../../../web/lib/e2ee/index.ts';
import { loadPage, openPage, type Row } from './reading.ts';
import { asJson, SealedPerson } from './sealed-person.ts';
import { clientOf, makePeople } from '../people.ts';
import { line, timed } from './timing.ts';

const EPOCHS = 10;
const PAGE = 200;
const PASSPHRASE = 'correct horse battery staple';

/** A new browser gets its keys out of the backup, and reads a whole history with them; beside one in plain text, which it only loads. */
export async function measureRestoring(stack: StackAddresses, database: pg.Client, count: number): Promise<void> {
  const [id] = (await makePeople(stack, 1)) as [string];
  const alice = await SealedPerson.of({ id, supabase: await clientOf(stack, id) });
  const group = async (title: string) => (await alice.call<{ id: string }[]>('create_group', { title }))[0]!.id;
  const [plain, encrypted] = [await group('Plain'), await group('Encrypted')];

  const secret = newBackupSecret();
  const lock = await lockWithPassphrase(secret, id, PASSPHRASE);
  const epochs: Epoch[] = [];
  const parts: Record<string, string> = {};
  const rows: { id: string; envelope: unknown }[] = [];
  for (let number = 1; number <= EPOCHS; number += 1) {
    const next = await alice.nextEpoch(encrypted, [alice]);
    const place = { conversationId: encrypted, messageId: encrypted, kind: 'about' as const };
    const about = asJson(await alice.seal('{"title":"Encrypted"}', place));
    await alice.call(number === 1 ? 'turn_on_encryption' : 'start_epoch', { ...next.args, about });
    epochs.push(next.epoch);
    const part = { kind: 'epoch' as const, conversationId: encrypted, number };
    parts[`epoch:${encrypted}:${number}`] = toBase64Url(await backUp(secret, id, part, next.secret));
    for (let n = 0; n < count / EPOCHS; n += 1) {
      const messageId = randomUUID();
      const envelope = await alice.seal(textOf(n), { conversationId: encrypted, messageId, kind: 'message' });
      rows.push({ id: messageId, envelope: asJson(envelope) });
    }
  }
  await alice.call('set_key_backup', { locks: asJson([lock]), number: 1 });
  await alice.call('save_key_backup_parts', { number: 1, parts });
  await fill(database, encrypted, id, rows);
  await fill(
    database,
    plain,
    id,
    rows.map((_, n) => ({ id: randomUUID(), content: textOf(n) }))
  );

  const loaded = await timed(() => load(alice, plain));
  const unlocked = await timed(() => unlock(lock, id, PASSPHRASE));
  const keys = await timed(() => restoreKeys(alice, unlocked.value, epochs));
  const history = await timed(() => load(alice, encrypted));
  const opened = await timed(() => openAll(alice, encrypted, history.value, keys.value));
  if (opened.value !== rows.length) throw new Error(`Of ${rows.length} messages, ${opened.value} were opened.`);
  const whole = unlocked.ms + keys.ms + history.ms + opened.ms;
  console.log(`\nA backup is restored, and ${rows.length} messages of ${EPOCHS} epochs read with it`);
  console.log(line('load them in plain text', loaded.ms));
  console.log(line('open the backup by its passphrase', unlocked.ms));
  console.log(line('restore and check the keys', keys.ms));
  console.log(line('load the envelopes', history.ms, loaded.ms));
  console.log(line('open them', opened.ms));
  console.log(line('all of it', whole, loaded.ms));
  console.log(`  ${(opened.ms / rows.length).toFixed(3)} ms to open one`);
}

const textOf = (n: number) => `Message ${n}: shall we meet at the harbour at six, or is that too early for the others?`;

/** Puts messages at the end of a conversation, without telling anybody of each. */
async function fill(database: pg.Client, conversation: string, sender: string, rows: readonly object[]): Promise<void> {
  await database.query(`begin; set local parley.importing = 'yes'`);
  await database.query(
    `with placed as (
       insert into public.messages (conversation_id, seq, revision, id, sender_id, content, envelope)
       select $1, c.last_seq + r.n, c.revision + r.n, (r.row ->> 'id')::uuid, $2, coalesce(r.row ->> 'content', ''), r.row -> 'envelope'
       from public.conversations c, jsonb_array_elements($3::jsonb) with ordinality as r (row, n)
       where c.id = $1
     )
     update public.conversations set last_seq = last_seq + $4, revision = revision + $4 where id = $1`,
    [conversation, sender, JSON.stringify(rows), rows.length]
  );
  await database.query('commit');
}

async function load(person: SealedPerson, conversation: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const page = await loadPage(person, conversation, before, PAGE);
    rows.push(...page);
    if (page.length < PAGE) return rows;
    before = page.at(-1)!.seq;
  }
}

type Keys = ReadonlyMap<number, { epoch: Epoch; secret: Uint8Array<ArrayBuffer> }>;

async function restoreKeys(person: SealedPerson, secret: Uint8Array<ArrayBuffer>, epochs: readonly Epoch[]): Promise<Keys> {
  const { data, error } = await person.supabase.from('key_backup_parts').select();
  if (error) throw error;
  const boxes = new Map((data as { part: string; boxed: string }[]).map(({ part, boxed }) => [part, fromBase64Url(boxed)]));
  const keys = new Map<number, { epoch: Epoch; secret: Uint8Array<ArrayBuffer> }>();
  for (const epoch of epochs) {
    const { conversationId, number } = epoch;
    const boxed = boxes.get(`epoch:${conversationId}:${number}`)!;
    const key = await restore(secret, person.id, { kind: 'epoch', conversationId, number }, boxed);
    await checkSecret(epoch, key);
    keys.set(number, { epoch, secret: key });
  }
  return keys;
}

/** Page by page. Returns how many could be opened. */
async function openAll(person: SealedPerson, conversationId: string, rows: readonly Row[], keys: Keys): Promise<number> {
  let count = 0;
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    count += (await openPage(person, conversationId, person, page, (epoch) => keys.get(epoch)!.secret)).length;
  }
  return count;
}
