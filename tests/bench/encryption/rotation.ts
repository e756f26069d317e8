import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { StackAddresses } from '../../../supabase/embedded/addresses.ts';
import { asJson, SealedPerson } from './sealed-person.ts';
import { clientOf, makePeople } from '../people.ts';
import { line, median, timed } from './timing.ts';

const ROUNDS = 5;

/** A new epoch for a group in which each of so many people has a device, beside a message to the same group. */
export async function measureRotation(stack: StackAddresses, database: pg.Client, devices: number): Promise<void> {
  const ids = await makePeople(stack, devices);
  const people: SealedPerson[] = [];
  for (const id of ids) people.push(await SealedPerson.of({ id, supabase: await clientOf(stack, id) }));
  const [maker, reader] = people as [SealedPerson, SealedPerson];
  const rows = await maker.call<{ id: string }[]>('create_group', { title: 'Crowd', member_ids: ids.slice(1) });
  const group = rows[0]!.id;
  const first = await maker.nextEpoch(group, people);
  const title = () => maker.seal('{"title":"Crowd"}', { conversationId: group, messageId: group, kind: 'about' });
  await maker.call('turn_on_encryption', { ...first.args, about: asJson(await title()) });

  const times = { making: [] as number[], storing: [] as number[], taking: [] as number[], sending: [] as number[] };
  for (let n = 0; n < ROUNDS; n += 1) {
    const made = await timed(() => maker.nextEpoch(group, people));
    const next = made.value;
    const about = asJson(await title());
    const stored = await timed(() => maker.call('start_epoch', { ...next.args, about }));
    const taken = await timed(() => reader.take(next.epoch, next.sealed));
    const id = randomUUID();
    const envelope = await maker.seal('Hello', { conversationId: group, messageId: id, kind: 'message' });
    const sent = await timed(() => maker.call('send_envelope', { conversation_id: group, id, envelope: asJson(envelope) }));
    times.making.push(made.ms);
    times.storing.push(stored.ms);
    times.taking.push(taken.ms);
    times.sending.push(sent.ms);
  }
  const { rows: sizes } = await database.query<{ bytes: number }>(
    `select pg_column_size(e.*)::int + (select sum(pg_column_size(k.*))::int from public.epoch_keys k where (k.conversation_id, k.number) = (e.conversation_id, e.number)) as bytes
     from public.epochs e where e.conversation_id = $1 order by e.number desc limit 1`,
    [group]
  );
  console.log(`\nA new epoch for ${devices} devices of as many people, ${ROUNDS} of them; medians`);
  console.log(line('a message to the same group', median(times.sending)));
  console.log(line('make the key, seal it to each device', median(times.making), median(times.sending)));
  console.log(line('start_epoch(), checked and stored', median(times.storing), median(times.sending)));
  console.log(line('take it, on another device', median(times.taking), median(times.sending)));
  console.log(`  ${(sizes[0]!.bytes / 1024).toFixed(0)} kB in the database`);
}
