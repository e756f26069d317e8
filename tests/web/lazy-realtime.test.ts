import { RealtimeClient } from '@supabase/realtime-js';
import { beforeEach, expect, test } from 'vitest';
import { lazyRealtime } from '#lib/supabase/lazy-realtime.ts';

let loads: number;
let ready: () => void;
let realtime: RealtimeClient;

beforeEach(() => {
  loads = 0;
  realtime = lazyRealtime(
    'ws://localhost:1/realtime/v1',
    { apiKey: 'key', accessToken: async () => null },
    {
      load: async () => {
        loads += 1;
        return { RealtimeClient };
      },
      later: (task) => (ready = task)
    }
  );
});

test('is not loaded until connecting begins, and then once', async () => {
  expect([realtime.connectionState(), realtime.getChannels(), loads]).toEqual(['closed', [], 0]);
  await Promise.all([realtime.setAuth(), realtime.setAuth()]);
  ready();
  expect(loads).toBe(1);
  expect(realtime.channel('room').topic).toBe('realtime:room');
});

test('is there in time for a tab that takes the lead later', async () => {
  ready();
  expect(loads).toBe(1);
  await realtime.setAuth();
  expect(loads).toBe(1);
});
