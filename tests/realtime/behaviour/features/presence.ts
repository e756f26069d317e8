import type { RealtimeChannel } from '@supabase/supabase-js';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { Inbox, subscribe } from '../../listening.ts';
import { feature } from '../feature.ts';
import type { Scene } from '../scene.ts';

/** What the client takes the members to be, each time that changes: keys with what each tracked. */
function views(channel: RealtimeChannel): Inbox<Record<string, unknown[]>> {
  const inbox = new Inbox<Record<string, unknown[]>>();
  channel.on('presence', { event: 'sync' }, () => {
    const state = Object.entries(channel.presenceState());
    inbox.put(Object.fromEntries(state.map(([key, metas]) => [key, metas.map(({ presence_ref: _, ...rest }) => rest)])));
  });
  return inbox;
}

const shows = (wanted: Record<string, unknown[]>) => (seen: Record<string, unknown[]>) =>
  JSON.stringify(Object.entries(seen).sort()) === JSON.stringify(Object.entries(wanted).sort());

async function member(scene: Scene, topic: string, key: string, options = {}) {
  const client = scene.client(scene.ann, options);
  const channel = client.channel(topic, { config: { presence: { key } } });
  const seen = views(channel);
  await subscribe(channel);
  return { client, channel, seen };
}

export const presence = feature('Presence', {
  'begins with who is here': async (scene) => {
    const topic = scene.topic();
    const ann = await member(scene, topic, 'ann');
    expect(await ann.seen.first(1)).toEqual([{}]);
    expect(await ann.channel.track({ state: 'on' })).toBe('ok');
    await ann.seen.find(shows({ ann: [{ state: 'on' }] }));
    const bob = await member(scene, topic, 'bob');
    expect(await bob.seen.first(1)).toEqual([{ ann: [{ state: 'on' }] }]);
  },

  'tells of joins and leaves': async (scene) => {
    const topic = scene.topic();
    const watcher = scene.client(scene.bob).channel(topic);
    const changes = new Inbox<{ event: string; key: string; metas: object[] }>();
    watcher.on('presence', { event: 'join' }, ({ key, newPresences }) =>
      changes.put({ event: 'join', key, metas: newPresences })
    );
    watcher.on('presence', { event: 'leave' }, ({ key, leftPresences }) =>
      changes.put({ event: 'leave', key, metas: leftPresences })
    );
    await subscribe(watcher);
    const ann = await member(scene, topic, 'ann');
    await ann.channel.track({ n: 1 });
    await ann.channel.untrack();
    expect(await changes.first(2)).toMatchObject([
      { event: 'join', key: 'ann', metas: [{ n: 1 }] },
      { event: 'leave', key: 'ann', metas: [{ n: 1 }] }
    ]);
  },

  'replaces what was tracked before': async (scene) => {
    const topic = scene.topic();
    const [ann, bob] = [await member(scene, topic, 'ann'), await member(scene, topic, 'bob')];
    await ann.channel.track({ state: 'on' });
    await ann.channel.track({ state: 'away' });
    await bob.seen.find(shows({ ann: [{ state: 'away' }] }));
  },

  'says nothing when the same is tracked again': async (scene) => {
    const topic = scene.topic();
    const [ann, bob] = [await member(scene, topic, 'ann'), await member(scene, topic, 'bob')];
    await ann.channel.track({ n: 1 });
    expect(await ann.channel.track({ n: 1 })).toBe('ok');
    await ann.channel.track({ n: 2 });
    await bob.seen.find(shows({ ann: [{ n: 2 }] }));
    expect(bob.seen.all).toEqual([{}, { ann: [{ n: 1 }] }, { ann: [{ n: 2 }] }]);
  },

  'keeps one meta for each tab under one key, and lets them go one by one': async (scene) => {
    const topic = scene.topic();
    const tabs = [await member(scene, topic, 'ann'), await member(scene, topic, 'ann')];
    const bob = await member(scene, topic, 'bob');
    for (const [tab, { channel }] of tabs.entries()) await channel.track({ tab });
    await bob.seen.find(({ ann = [] }) => ann.length === 2);
    await tabs[0]!.channel.unsubscribe();
    await bob.seen.find(shows({ ann: [{ tab: 1 }] }));
  },

  'lets go who crashes': async (scene) => {
    const topic = scene.topic();
    const sockets: WebSocket[] = [];
    class Remembered extends WebSocket {
      constructor(address: string | URL) {
        super(address);
        sockets.push(this);
      }
    }
    const bob = await member(scene, topic, 'bob');
    const ann = await member(scene, topic, 'ann', { transport: Remembered as never, reconnectAfterMs: () => 3_600_000 });
    await ann.channel.track({});
    await bob.seen.find(shows({ ann: [{}] }));
    sockets[0]!.terminate();
    await bob.seen.find(shows({}), bob.seen.all.length);
  },

  'makes a key for who has none': async (scene) => {
    const topic = scene.topic();
    const [one, two] = [await member(scene, topic, ''), await member(scene, topic, '')];
    await one.channel.track({ n: 1 });
    await two.channel.track({ n: 2 });
    const both = await one.seen.find((seen) => Object.keys(seen).length === 2);
    for (const key of Object.keys(both)) expect(key).toMatch(/^[0-9a-f-]{36}$/);
  },

  'shows nothing to who does not ask for it': async (scene) => {
    const topic = scene.topic();
    const raw = await scene.socket(scene.bob);
    raw.join('1', `realtime:${topic}`, { broadcast: { self: true } });
    await raw.reply('1');
    raw.send('1', '2', `realtime:${topic}`, 'broadcast', { type: 'broadcast', event: 'x', payload: {} });
    await raw.inbox.find(({ event }) => event === 'broadcast');
    expect(raw.inbox.all.map(({ event }) => event)).not.toContain('presence_state');
  },

  'tells what is wrong': async (scene) => {
    const raw = await scene.socket(scene.bob);
    const topic = `realtime:${scene.topic()}`;
    raw.join('1', topic, { presence: { enabled: true } });
    await raw.reply('1');
    raw.send('1', '2', topic, 'presence', { type: 'presence', event: 'track', payload: 'text' });
    expect((await raw.reply('2')).payload).toMatchObject({
      status: 'error',
      response: { reason: 'Presence track payload must be a map' }
    });
    raw.send('1', '3', topic, 'presence', { type: 'presence', event: 'dance' });
    expect((await raw.reply('3')).payload.status).toBe('error');
    raw.send('1', '4', topic, 'presence', { type: 'presence', event: 'TRACK', payload: {} });
    expect((await raw.reply('4')).payload.status).toBe('ok');
  },

  'of a private channel is for who may read it, and refused to who may not write it': async (scene) => {
    const room = await scene.room(scene.ann);
    await scene.grant(room, scene.bob, { writes: ['broadcast'] });
    await scene.grant(room, scene.eve, { reads: ['broadcast'], writes: [] });
    const join = async (person: typeof scene.ann, key: string) => {
      const channel = scene.client(person).channel(room, { config: { private: true, presence: { key } } });
      const seen = views(channel);
      await subscribe(channel);
      return { channel, seen };
    };
    const [ann, bob, eve] = [await join(scene.ann, 'ann'), await join(scene.bob, 'bob'), await join(scene.eve, 'eve')];
    expect(await bob.channel.track({})).toBe('error');
    expect(await ann.channel.track({ here: true })).toBe('ok');
    await bob.seen.find(shows({ ann: [{ here: true }] }));
    expect(eve.channel.presenceState()).toEqual({});
    expect(eve.seen.all).toEqual([]);
  },

  'of many at once is the same for all of them': async (scene) => {
    const topic = scene.topic();
    const keys = Array.from({ length: 30 }, (_, n) => `member ${n}`);
    await Promise.all(
      keys.map(async (key) => {
        const { channel, seen } = await member(scene, topic, key);
        await channel.track({ key });
        await seen.find((state) => Object.keys(state).length === keys.length);
      })
    );
  }
});
