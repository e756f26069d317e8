/** private.decide() against the oracle: whatever the settings, the message and the hour, both say the same, for the same reason. */
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startWorld, type World } from '../world.ts';
import { decide, type Decision, type Facts, heldUntil } from './oracle.ts';

/** DECISION_RUNS=20000 looks longer; DECISION_SEED repeats what a failure names. */
const RUNS = Number(process.env.DECISION_RUNS ?? 600);
const SEED = Number(process.env.DECISION_SEED ?? 20261121);
const MINUTE_MS = 60_000;

let world: World;
let client: pg.PoolClient;
let conversation: string;
let reader: Person;
let writer: Person;

beforeAll(async () => {
  world = await startWorld();
  [reader, writer] = (await world.people(2)) as [Person, Person];
  conversation = await world.group(writer, [reader]);
  const session = await world.signIn(writer);
  await session.query('select public.send_message($1, gen_random_uuid(), $2)', [conversation, 'hello']);
  await session.close();
  client = await world.admin.connect();
});
afterAll(async () => {
  client.release();
  await world.stop();
});

/** Around both changes of the clocks, and on ordinary days. */
const instants = fc
  .tuple(
    fc.constantFrom(
      '2026-01-14T00:00Z',
      '2026-03-08T06:00Z',
      '2026-03-29T01:00Z',
      '2026-04-04T15:00Z',
      '2026-10-04T12:00Z',
      '2026-10-25T01:00Z',
      '2026-11-01T06:00Z'
    ),
    fc.integer({ min: -36 * 60, max: 36 * 60 })
  )
  .map(([day, minutes]) => Date.parse(day) + minutes * MINUTE_MS);
const perhaps = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const rarely = fc.nat(7).map((n) => n === 0);

const scenes: fc.Arbitrary<Facts> = instants.chain((at) => {
  const around = fc.integer({ min: -12 * 60, max: 12 * 60 }).map((minutes) => at + minutes * MINUTE_MS);
  const minute = fc.oneof(fc.nat(1439), fc.constantFrom(0, 60, 119, 120, 150, 180, 1320, 1439));
  return fc
    .record({
      channel: fc.constantFrom('push', 'push', 'email'),
      kind: fc.constantFrom('message', 'mention', 'invitation'),
      isUrgent: rarely,
      isMember: rarely.map((is) => !is),
      hasJoinedAfter: rarely,
      hasRead: rarely,
      isDeleted: rarely,
      expiresAt: rarely.chain((expires) => (expires ? around : fc.constant(null))),
      isBlocked: rarely,
      isWanted: rarely.map((is) => !is),
      level: fc.constantFrom('all', 'all', 'all', 'mentions', 'nothing'),
      mutedUntil: rarely.chain((is) => (is ? around : fc.constant(null))),
      hasDevice: rarely.map((is) => !is),
      hasAddress: rarely.map((is) => !is),
      looking: perhaps(
        fc.record({
          state: fc.constantFrom('active', 'idle', 'offline'),
          here: fc.boolean(),
          seenAt: fc.constantFrom(-120_000, -60_000, -59_999, -1_000, 1_000).map((ms) => at + ms)
        })
      ),
      hours: fc
        .record({
          timeZone: fc.constantFrom(
            'UTC',
            'Europe/Berlin',
            'America/New_York',
            'Australia/Lord_Howe',
            'Asia/Kathmandu',
            'America/St_Johns'
          ),
          quiet: perhaps(fc.tuple(minute, minute)),
          quietDays: fc.subarray([1, 2, 3, 4, 5, 6, 7]),
          snoozedUntil: rarely.chain((is) => (is ? around : fc.constant(null)))
        })
        .map(({ quiet, ...hours }) => {
          const [quietFrom, quietTo] = quiet && quiet[0] !== quiet[1] ? quiet : [null, null];
          return { ...hours, quietFrom, quietTo };
        }),
      notification: fc.record({ isRead: rarely, isArchived: rarely, isAcknowledged: rarely }),
      at: fc.constant(at)
    })
    .map((facts) => (facts.kind === 'message' ? { ...facts, isUrgent: false } : facts)) as fc.Arbitrary<Facts>;
});

const date = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const clock = (minutes: number | null) =>
  minutes === null ? null : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The database is brought into this state, asked, and brought back. */
async function asked(facts: Facts): Promise<Decision> {
  const { hours, notification } = facts;
  const category = { message: 'message', mention: 'mention', invitation: 'invitation' }[facts.kind];
  const event = { message: 'message', mention: 'mention', invitation: 'team_invitation' }[facts.kind];
  const place = facts.kind === 'invitation' ? null : conversation;
  await client.query('begin');
  try {
    const run = (text: string, values: unknown[]) => client.query(text, values);
    await run(
      `update public.members set left_at = case when $3 then null else now() end, joined_seq = $4, delivered_seq = $5, read_seq = $5
       where conversation_id = $1 and user_id = $2`,
      [conversation, reader.id, facts.isMember, facts.hasJoinedAfter ? 1 : 0, facts.hasRead ? 1 : 0]
    );
    await run('update public.messages set deleted_at = case when $2 then now() end, expires_at = $3 where conversation_id = $1', [
      conversation,
      facts.isDeleted,
      date(facts.expiresAt)
    ]);
    if (facts.isBlocked) await run('insert into public.blocks (user_id, blocked_id) values ($1, $2)', [reader.id, writer.id]);
    await run(
      'insert into public.notification_preferences (user_id, category, in_app, push, email) values ($1, $2, true, $3, $3)',
      [reader.id, category, facts.isWanted]
    );
    await run(
      'insert into public.conversation_settings (conversation_id, user_id, notify_level, muted_until) values ($1, $2, $3, $4)',
      [conversation, reader.id, facts.level, date(facts.mutedUntil)]
    );
    if (facts.hasDevice) {
      await run(
        `insert into public.push_subscriptions (user_id, endpoint, p256dh, auth) values ($1, 'https://push.example/x', $2, $3)`,
        [reader.id, 'A'.repeat(87), 'B'.repeat(22)]
      );
    }
    await run('update auth.users set email_confirmed_at = case when $2 then now() end where id = $1', [
      reader.id,
      facts.hasAddress
    ]);
    if (facts.looking) {
      const { state, here, seenAt } = facts.looking;
      await run(
        'insert into private.heartbeats (user_id, device_id, state, conversation_id, seen_at) values ($1, gen_random_uuid(), $2, $3, $4)',
        [reader.id, state, here ? conversation : null, date(seenAt)]
      );
    }
    await run(
      `insert into public.notification_settings (user_id, time_zone, quiet_from, quiet_to, quiet_days, snoozed_until)
       values ($1, $2, $3, $4, $5, $6)`,
      [reader.id, hours.timeZone, clock(hours.quietFrom), clock(hours.quietTo), hours.quietDays, date(hours.snoozedUntil)]
    );
    const priority = facts.isUrgent ? 'urgent' : 'normal';
    const isRead = notification.isRead || notification.isAcknowledged;
    const { rows: told } =
      facts.kind === 'message'
        ? { rows: [] }
        : await client.query<{ id: string }>(
            `insert into public.notifications
               (user_id, key, event, category, priority, title, group_key, conversation_id, seq, actor_id, read_at, archived_at, acknowledged_at)
             values ($1, 'k', $2, $3, $4, 't', 'g', $5, $6, $7, case when $8 then now() end, case when $9 then now() end, case when $10 then now() end)
             returning id`,
            [
              reader.id,
              event,
              category,
              priority,
              place,
              place && 1,
              writer.id,
              isRead,
              notification.isArchived,
              notification.isAcknowledged
            ]
          );
    const delivery = {
      user_id: reader.id,
      channel: facts.channel,
      notification_id: told[0]?.id ?? null,
      category,
      priority,
      conversation_id: place,
      seq: place && 1,
      first_seq: facts.kind === 'message' ? 1 : null
    };
    const { rows } = await client.query<{ verdict: Decision['verdict']; rule: string; until: Date | null }>(
      'select (private.decide(jsonb_populate_record(null::public.notification_deliveries, $1), $2)).*',
      [JSON.stringify(delivery), date(facts.at)]
    );
    const { verdict, rule, until } = rows[0]!;
    return { verdict, rule, until: until?.getTime() ?? null };
  } finally {
    await client.query('rollback');
  }
}

test(`${RUNS} random situations are decided as the oracle does, by the same rule`, { timeout: 3_600_000 }, async () => {
  const rules = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(scenes, async (facts) => {
      const expected = decide({
        ...facts,
        notification: { ...facts.notification, isRead: facts.notification.isRead || facts.notification.isAcknowledged }
      });
      expect(await asked(facts)).toEqual(expected);
      rules.set(expected.rule, (rules.get(expected.rule) ?? 0) + 1);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true }
  );
  // What is never decided tests nothing.
  expect([...rules.keys()].sort()).toEqual(
    [
      'acknowledged',
      'archived',
      'blocked',
      'gone',
      'left',
      'level',
      'looking',
      'muted',
      'no_address',
      'no_device',
      'preference',
      'quiet_hours',
      'read',
      'sending',
      'snoozed'
    ].sort()
  );
});

test('the hours of a year, hour by hour, are those of the oracle', { timeout: 600_000 }, async () => {
  for (const [timeZone, from, to] of [
    ['Europe/Berlin', '22:00', '07:00'],
    ['Europe/Berlin', '02:30', '03:30'],
    ['America/New_York', '01:15', '02:45'],
    ['Australia/Lord_Howe', '01:45', '02:15']
  ] as const) {
    const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    const { rows } = await client.query<{ at: Date; until: Date | null }>(
      `select t.at, private.hold_until(jsonb_populate_record(null::public.notification_settings, $1), t.at) as until
       from generate_series(timestamptz '2026-01-01 00:30Z', '2026-12-31 23:30Z', '1 hour') as t (at)`,
      [JSON.stringify({ time_zone: timeZone, quiet_from: from, quiet_to: to, quiet_days: [1, 2, 3, 4, 5, 6, 7] })]
    );
    expect(rows.length).toBe(365 * 24);
    const hours = {
      timeZone,
      quietFrom: minutes(from),
      quietTo: minutes(to),
      quietDays: [1, 2, 3, 4, 5, 6, 7],
      snoozedUntil: null
    };
    const wrong = rows.filter(({ at, until }) => (until?.getTime() ?? null) !== heldUntil(hours, at.getTime()));
    expect(wrong).toEqual([]);
    expect(rows.some(({ until }) => until !== null)).toBe(true);
  }
});
