/** Questions about policies that come together share a round trip, and none suffers from another. */
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type Answer, type Question, Questions } from '../../supabase/embedded/realtime/authorization/questions.ts';

const question = (topic: string): Question => ({
  role_name: 'authenticated',
  topic_name: topic,
  claims: '{}',
  sub: null,
  headers: '{}',
  read_extensions: ['broadcast'],
  write_extensions: []
});

/** A pool whose queries end when the test says so. */
class HeldPool {
  readonly options = { max: 2 };
  readonly batches: { topics: string[]; resolve(): void; reject(error: Error): void }[] = [];

  query({ values }: { values: [string] }): Promise<{ rows: Answer[] }> {
    const topics = (JSON.parse(values[0]) as Question[]).map(({ topic_name }) => topic_name);
    return new Promise((resolve, reject) => {
      const rows = topics.map((topic) => ({ read_allowed: [topic.startsWith('own')], write_allowed: [] }));
      this.batches.push({ topics, resolve: () => resolve({ rows }), reject });
    });
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const pool = new HeldPool();
  const questions = new Questions(pool as unknown as pg.Pool);
  return { pool, ask: (topic: string) => questions.ask(question(topic)).then(({ read_allowed }) => read_allowed[0]) };
}

describe('questions', () => {
  test('go out at once while a connection is free, and together when none was', async () => {
    const { pool, ask } = setUp();
    const answers = Promise.all(['own 1', '2', '3', 'own 4', '5'].map(ask));
    expect(pool.batches.map(({ topics }) => topics)).toEqual([['own 1'], ['2']]);
    pool.batches[0]!.resolve();
    await turn();
    expect(pool.batches[2]!.topics).toEqual(['3', 'own 4', '5']);
    for (const { resolve } of pool.batches.slice(1)) resolve();
    expect(await answers).toEqual([true, false, false, true, false]);
  });

  test('are at most sixteen in one', async () => {
    const { pool, ask } = setUp();
    const answers = Promise.all(Array.from({ length: 40 }, (_, index) => ask(`own ${index}`)));
    for (let done = 0; done < pool.batches.length; done += 1) {
      pool.batches[done]!.resolve();
      await turn();
    }
    expect(pool.batches.map(({ topics }) => topics.length)).toEqual([1, 1, 16, 16, 6]);
    expect(await answers).toEqual(Array(40).fill(true));
  });

  test('that meet a policy which fails are asked alone, and only the one fails', async () => {
    const { pool, ask } = setUp();
    const first = [ask('own a'), ask('own b')];
    const rest = Promise.allSettled(['own 1', 'broken', 'own 3'].map(ask));
    pool.batches[0]!.resolve();
    await turn();
    expect(pool.batches[2]!.topics).toEqual(['own 1', 'broken', 'own 3']);
    const failure = new pg.DatabaseError('division by zero', 0, 'error');
    pool.batches[2]!.reject(failure);
    pool.batches[1]!.resolve();
    for (let done = 3; done < 6; done += 1) {
      await turn();
      const batch = pool.batches[done]!;
      expect(batch.topics.length).toBe(1);
      if (batch.topics[0] === 'broken') batch.reject(failure);
      else batch.resolve();
    }
    expect(await rest).toEqual([
      { status: 'fulfilled', value: true },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: true }
    ]);
    expect(await Promise.all(first)).toEqual([true, true]);
  });

  test('all fail at once when the database is away, and the next are asked again', async () => {
    const { pool, ask } = setUp();
    void ask('own a');
    void ask('own b');
    const rest = Promise.allSettled(['1', '2'].map(ask));
    pool.batches[0]!.resolve();
    await turn();
    pool.batches[2]!.reject(new Error('connect ECONNREFUSED'));
    expect((await rest).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = ask('own later');
    pool.batches[3]!.resolve();
    expect(await later).toBe(true);
    pool.batches[1]!.resolve();
  });
});
