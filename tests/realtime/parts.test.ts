/** The parts without a socket or a database in them. */
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Mailbox } from '../../supabase/embedded/realtime/channel/mailbox.ts';
import { limitsSchema, WindowLimit } from '../../supabase/embedded/realtime/limits.ts';
import { optionsFromEnvironment } from '../../supabase/embedded/realtime/options.ts';
import { DEFAULT_JOIN, joinSchema } from '../../supabase/embedded/realtime/protocol/join.ts';
import { formatLsn, parseLsn } from '../../supabase/embedded/realtime/replication/lsn.ts';
import { RecentIds } from '../../supabase/embedded/realtime/replication/recent-ids.ts';
import { Outbox, wireBytes } from '../../supabase/embedded/realtime/socket/outbox.ts';

describe('the join payload', () => {
  test('may leave everything out', () => {
    expect(DEFAULT_JOIN.config).toEqual({
      broadcast: { ack: false, self: false, replication_ready: false },
      presence: { enabled: false },
      postgres_changes: [],
      postgres_changes_options: { wait: false, timeout: 0 },
      private: false
    });
    expect(
      joinSchema.parse({ config: { broadcast: null, presence: null, postgres_changes: null, private: null } }).config
    ).toEqual(DEFAULT_JOIN.config);
  });

  test('may say true and false in words, and null among the changes', () => {
    const { config } = joinSchema.parse({
      config: {
        private: 'True',
        broadcast: { ack: 'false', self: 'true' },
        postgres_changes: [null, { event: '*', schema: 'public' }]
      }
    });
    expect(config).toMatchObject({
      private: true,
      broadcast: { ack: false, self: true },
      postgres_changes: [{ event: '*', schema: 'public' }]
    });
  });

  test.each([
    7,
    'x',
    [],
    { config: 7 },
    { config: { private: 'maybe' } },
    { config: { postgres_changes: {} } },
    { access_token: 7 }
  ])('is refused when it is something else: %j', (payload) => expect(joinSchema.safeParse(payload).success).toBe(false));
});

describe('frames on the wire', () => {
  test.each([
    [0, [0x82, 0]],
    [125, [0x82, 125]],
    [126, [0x82, 126, 0, 126]],
    [65_535, [0x82, 126, 255, 255]],
    [65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]]
  ])('of %d bytes have the header of RFC 6455', (length, header) => {
    const bytes = wireBytes({ binary: true, data: Buffer.alloc(length, 7) });
    expect([...bytes.subarray(0, header.length)]).toEqual(header);
    expect(bytes.length).toBe(header.length + length);
  });

  test('of one turn leave in one write, put together once for all who get the same', async () => {
    const sockets = [new PassThrough(), new PassThrough(), new PassThrough()];
    const writes = sockets.map(() => [] as Buffer[]);
    const outboxes = sockets.map((socket, index) => {
      socket._write = (chunk: Buffer, _encoding, done) => {
        writes[index]!.push(chunk);
        done();
      };
      return new Outbox(socket, 1_000_000, () => expect.fail('overflow'));
    });
    for (const text of ['a', 'b', 'c']) {
      const frame = { binary: false, data: Buffer.from(text) };
      for (const outbox of outboxes.slice(0, 2)) outbox.push(frame);
    }
    for (const text of ['a', 'b', 'd']) outboxes[2]!.push({ binary: false, data: Buffer.from(text) });
    expect(writes).toEqual([[], [], []]);
    await turn();
    const wire = (text: string) => Buffer.from([...text].flatMap((letter) => [0x81, 1, letter.charCodeAt(0)]));
    expect(writes).toEqual([[wire('abc')], [wire('abc')], [wire('abd')]]);
    expect(writes[0]![0]).toBe(writes[1]![0]);
  });

  test('are counted while nobody reads, and the reader is given up once', async () => {
    const socket = new PassThrough({ highWaterMark: 10 });
    const overflows: number[] = [];
    const outbox = new Outbox(socket, 1_000, (bytes) => overflows.push(bytes));
    for (let n = 0; n < 50; n += 1) {
      outbox.push({ binary: true, data: Buffer.alloc(98) });
      await turn();
    }
    expect(overflows).toHaveLength(1);
    expect(overflows[0]).toBeLessThan(1_200);
  });
});

describe('a mailbox', () => {
  test('keeps the order, whether tasks wait or not', async () => {
    const done: string[] = [];
    const gate = Promise.withResolvers<void>();
    const mailbox = new Mailbox((error) => done.push((error as Error).message));
    mailbox.put(() => void done.push('at once'));
    mailbox.put(async () => {
      await gate.promise;
      done.push('slow');
    });
    mailbox.put(() => void done.push('after it'));
    mailbox.put(() => {
      throw new Error('broken');
    });
    mailbox.put(async () => {
      await Promise.reject(new Error('broken later'));
    });
    const last = Promise.withResolvers<void>();
    mailbox.put(() => last.resolve());
    expect(done).toEqual(['at once']);
    gate.resolve();
    await last.promise;
    expect(done).toEqual(['at once', 'slow', 'after it', 'broken', 'broken later']);
  });
});

test('a window counts anew when it is over', () => {
  let now = 0;
  const limit = new WindowLimit(2, 1_000, () => now);
  now = 5;
  expect([limit.take(), limit.take(), limit.take()]).toEqual([true, true, false]);
  now = 1_005;
  expect(limit.take()).toBe(false);
  now = 1_006;
  expect([limit.take(), limit.take(), limit.take()]).toEqual([true, true, false]);
});

test('ids are known for one to two periods', () => {
  let now = 0;
  const recent = new RecentIds(100, () => now);
  expect([recent.add('a'), recent.add('a')]).toEqual([true, false]);
  now = 150;
  expect(recent.add('a')).toBe(false);
  now = 260;
  expect(recent.add('a')).toBe(true);
});

test.each([
  ['0/0', 0n],
  ['0/1A', 26n],
  ['16/B374D848', 97_500_059_720n],
  ['FFFFFFFF/FFFFFFFF', 18_446_744_073_709_551_615n]
])('the position %s is a number and back', (text, number) => {
  expect(parseLsn(text)).toBe(number);
  expect(formatLsn(number)).toBe(text);
});

test('the environment is checked', () => {
  const complete = {
    PORT: '1',
    DATABASE_URL: 'postgresql://a@b/c',
    JWT_SECRET: 'x'.repeat(32),
    REALTIME_LIMITS: '{"presenceCalls": 7}'
  };
  expect(optionsFromEnvironment(complete)).toMatchObject({ port: 1, host: '127.0.0.1', limits: { presenceCalls: 7 } });
  expect(() => optionsFromEnvironment({ ...complete, DATABASE_URL: 'b' })).toThrow(/DATABASE_URL/);
  expect(() => optionsFromEnvironment({ ...complete, REALTIME_LIMITS: '{"presenceCalls": 0}' })).toThrow(/presenceCalls/);
  expect(() => optionsFromEnvironment({ ...complete, REALTIME_LIMITS: '{' })).toThrow(/REALTIME_LIMITS/);
  expect(limitsSchema.parse({}).channelsPerClient).toBe(100);
});
