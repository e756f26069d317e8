import { describe, expect, test } from 'vitest';
import { presenceOf, UNSEEN, withMetas, withoutTopic, withTold } from '../../web/lib/chat/presence/merge-presence.ts';
import { trackPauseMs } from '../../web/lib/chat/presence/track-limit.ts';
import { BOB } from './support/rows.ts';

const active = { device_id: '1', state: 'active' as const };
const idle = { device_id: '2', state: 'idle' as const };
const told = (status: 'online' | 'away' | 'offline', last_seen_at: string | null = null) => ({
  user_id: BOB,
  status,
  last_seen_at
});

test('one speaks of oneself at most four times in any half minute', () => {
  const said: number[] = [];
  for (let now = 0; now < 300_000; now += 500) if (trackPauseMs(said, now) <= 0) said.push(now);
  expect(said.slice(0, 5)).toEqual([0, 500, 1000, 1500, 30_000]);
  for (const at of said) expect(said.filter((other) => other >= at && other < at + 30_000).length).toBeLessThanOrEqual(4);
});

describe('presence', () => {
  test('of somebody unseen is not known', () => expect(presenceOf(UNSEEN)).toBeNull());

  test('is online with one active device, away with only idle ones', () => {
    expect(presenceOf(withMetas(UNSEEN, [idle, active], 0))?.status).toBe('online');
    expect(presenceOf(withMetas(UNSEEN, [idle], 0))?.status).toBe('away');
  });

  test('ends with the last device, at that time', () => {
    const gone = withMetas(withMetas(UNSEEN, [active], 0), [], 5000);
    expect(presenceOf(gone)).toEqual({ status: 'offline', lastSeenAt: new Date(5000) });
  });

  test('is what the server says, when no device has a socket', () => {
    expect(presenceOf(withTold(UNSEEN, told('online', '2026-11-21T12:00:00Z'), 0))).toEqual({
      status: 'online',
      lastSeenAt: new Date('2026-11-21T12:00:00Z')
    });
  });

  test('a device that has gone counts more than an older word of the server, and less than a newer one', () => {
    const there = withMetas(withTold(UNSEEN, told('online'), 1000), [active], 2000);
    const gone = withMetas(there, [], 3000);
    expect(presenceOf(gone)?.status).toBe('offline');
    expect(presenceOf(withTold(gone, told('online'), 4000))?.status).toBe('online');
  });

  test('stays as it was seen when the topic is left', () => {
    const left = withoutTopic(withMetas(UNSEEN, [active], 0), BOB, 1000);
    expect(presenceOf(left)?.status).toBe('online');
    expect(presenceOf(withTold(left, told('offline'), 2000))?.status).toBe('offline');
  });
});
