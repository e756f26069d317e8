/** The socket of the Supabase adapter, against the real stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Unreachable } from '../../web/lib/chat/index.ts';
import { supabaseTopics } from '../../web/lib/chat/supabase/topics.ts';
import { World, type Someone } from './support/people.ts';

let world: World;
let alice: Someone;

beforeAll(async () => {
  world = new World();
  alice = await world.someone('Alice');
});
afterAll(() => world.stop());

test('is given up once all topics are left, also while their goodbyes are on their way', async () => {
  const topics = supabaseTopics(alice.supabase);
  await topics.connect();
  const joined = Promise.withResolvers<void>();
  const topic = topics.join(`user:${alice.id}`, null, { joined: joined.resolve, lost: joined.reject });
  await joined.promise;
  topic.leave();
  topics.disconnect();
  await expect.poll(() => alice.supabase.realtime.connectionState(), { timeout: 15_000 }).toBe('closed');
});

test('that is given up while it is being opened is not opened', async () => {
  const topics = supabaseTopics(alice.supabase);
  const opening = topics.connect();
  topics.disconnect();
  await expect(opening).rejects.toBeInstanceOf(Unreachable);
  expect(alice.supabase.realtime.connectionState()).toBe('closed');
});

test('stays when it is wanted again meanwhile', async () => {
  const topics = supabaseTopics(alice.supabase);
  await topics.connect();
  const first = Promise.withResolvers<void>();
  const topic = topics.join(`user:${alice.id}`, null, { joined: first.resolve, lost: first.reject });
  await first.promise;
  topic.leave();
  topics.disconnect();
  await topics.connect();
  const again = Promise.withResolvers<void>();
  topics.join(`presence:${alice.id}`, null, { joined: again.resolve, lost: again.reject });
  await again.promise;
  expect(alice.supabase.realtime.connectionState()).toBe('open');
});
