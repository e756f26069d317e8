import { randomUUID } from 'node:crypto';
import type { StackAddresses } from '../../../supabase/embedded/addresses.ts';
import type { Envelope } from '../../../web/lib/e2ee/index.ts';
import { loadPage, openPage } from './reading.ts';
import { asJson, SealedPerson } from './sealed-person.ts';
import { clientOf, makePeople } from '../people.ts';
import { line, median, timed } from './timing.ts';

const PAGE = 50;
const TEXT = 'Shall we meet at the harbour at six, or is that too early for the others? '.repeat(2);

/** One message after the other, in turns in plain text and sealed: by supabase-js to the server's answer, and what a reader does. */
export async function measureMessages(stack: StackAddresses, count: number): Promise<void> {
  const ids = await makePeople(stack, 2);
  const [alice, bob] = (await Promise.all(
    ids.map(async (id) => SealedPerson.of({ id, supabase: await clientOf(stack, id) }))
  )) as [SealedPerson, SealedPerson];
  const group = async (title: string) =>
    (await alice.call<{ id: string }[]>('create_group', { title, member_ids: [bob.id] }))[0]!.id;
  const [plain, encrypted] = [await group('Plain'), await group('Encrypted')];
  const first = await alice.nextEpoch(encrypted, [alice, bob]);
  const about = await alice.seal('{"title":"Encrypted"}', { conversationId: encrypted, messageId: encrypted, kind: 'about' });
  await alice.call('turn_on_encryption', { ...first.args, about: asJson(about) });
  await bob.take(first.epoch, first.sealed);

  const times = { plain: [] as number[], sealing: [] as number[], sealed: [] as number[], opening: [] as number[] };
  // The first ones find everything cold.
  for (let n = -20; n < count; n += 1) {
    const inPlain = { conversation_id: plain, id: randomUUID(), content: TEXT };
    const sent = await timed(() => alice.call('send_message', inPlain));
    // Of its own: what has the id of another message is that one, sent again.
    const id = randomUUID();
    const place = { conversationId: encrypted, messageId: id, kind: 'message' as const };
    const sealing = await timed(() => alice.seal(TEXT, place));
    const envelope: Envelope = sealing.value;
    const sealed = await timed(() => alice.call('send_envelope', { conversation_id: encrypted, id, envelope: asJson(envelope) }));
    const opening = await timed(() => bob.open(envelope, place, alice));
    if (n < 0) continue;
    times.plain.push(sent.ms);
    times.sealing.push(sealing.ms);
    times.sealed.push(sealing.ms + sealed.ms);
    times.opening.push(opening.ms);
  }
  const pages = { plain: [] as number[], sealed: [] as number[] };
  const newest = (conversation: string) => loadPage(bob, conversation, Number.MAX_SAFE_INTEGER, PAGE);
  for (let n = 0; n < 20; n += 1) {
    pages.plain.push((await timed(() => newest(plain))).ms);
    const both = await timed(async () => openPage(bob, encrypted, alice, await newest(encrypted), () => first.secret));
    pages.sealed.push(both.ms);
    if (both.value.length === 0 || both.value.some((text) => text !== TEXT))
      throw new Error('What was opened is not what was sealed.');
  }

  console.log(`\nA message of ${TEXT.length} characters, ${count} of each in turns; medians`);
  console.log(line('send in plain text', median(times.plain)));
  console.log(line('seal and send', median(times.sealed), median(times.plain)));
  console.log(line('  of which sealing', median(times.sealing)));
  console.log(line('open (check the signature, decrypt)', median(times.opening)));
  console.log(line(`load a page of ${PAGE} in plain text`, median(pages.plain)));
  console.log(line(`load a page of ${PAGE}, and open it`, median(pages.sealed), median(pages.plain)));
}
