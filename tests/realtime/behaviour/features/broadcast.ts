import { expect } from 'vitest';
import { broadcasts, subscribe } from '../../listening.ts';
import { feature } from '../feature.ts';
import type { Scene } from '../scene.ts';

/** Two people on one public topic. */
async function pair(scene: Scene, { config = {}, versions = ['2.0.0', '2.0.0'] } = {}) {
  const topic = scene.topic();
  const [mine, theirs] = [scene.ann, scene.bob].map((person, index) =>
    scene.client(person, { vsn: versions[index]! }).channel(topic, { config })
  );
  const inboxes = { mine: broadcasts(mine!), theirs: broadcasts(theirs!) };
  await Promise.all([subscribe(mine!), subscribe(theirs!)]);
  return { topic, mine: mine!, theirs: theirs!, inboxes };
}

const message = (payload: unknown, event = 'message') => ({ type: 'broadcast', event, payload }) as const;

export const publicBroadcast = feature('Broadcast on a public channel', {
  'reaches the others and not the sender': async (scene) => {
    const { mine, theirs, inboxes } = await pair(scene);
    await mine.send(message({ text: 'hello' }));
    expect((await inboxes.theirs.first(1))[0]).toMatchObject({ type: 'broadcast', event: 'message', payload: { text: 'hello' } });
    await theirs.send(message({}, 'back'));
    await inboxes.mine.first(1);
    expect(inboxes.mine.all.map(({ event }) => event)).toEqual(['back']);
  },

  'reaches the sender who asks for it': async (scene) => {
    const { mine, inboxes } = await pair(scene, { config: { broadcast: { self: true } } });
    await mine.send(message({ n: 1 }));
    expect((await inboxes.mine.first(1))[0]!.payload).toEqual({ n: 1 });
  },

  'is acknowledged to who asks for it': async (scene) => {
    const { mine, inboxes } = await pair(scene, { config: { broadcast: { ack: true } } });
    expect(await mine.send(message({ n: 1 }))).toBe('ok');
    await inboxes.theirs.first(1);
  },

  'keeps every kind of JSON as it is': async (scene) => {
    const { mine, inboxes } = await pair(scene);
    const payloads: unknown[] = [
      {},
      { text: 'grüß dich ✓ 💥 \u0000 "quoted"\\' },
      { n: [0, -1, 1.5, 1e21, null, true, false] },
      { deep: { deep: { deep: [[[{}]]] } } },
      { ['__proto__']: 1, constructor: 2 },
      { long: 'x'.repeat(100_000) }
    ];
    for (const payload of payloads) await mine.send(message(payload));
    expect((await inboxes.theirs.first(payloads.length)).map(({ payload }) => payload)).toEqual(payloads);
  },

  'keeps the order of one sender': async (scene) => {
    const { mine, inboxes } = await pair(scene);
    for (let n = 0; n < 100; n += 1) void mine.send(message({ n }));
    expect((await inboxes.theirs.first(100)).map(({ payload }) => payload.n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  },

  'is told apart by event': async (scene) => {
    const topic = scene.topic();
    const [mine, theirs] = [scene.client(scene.ann).channel(topic), scene.client(scene.bob).channel(topic)];
    const [wanted, all] = [broadcasts(theirs, 'wanted'), broadcasts(theirs)];
    await Promise.all([subscribe(mine), subscribe(theirs)]);
    await mine.send(message({}, 'other'));
    await mine.send(message({}, 'wanted'));
    await all.first(2);
    expect(wanted.all.map(({ event }) => event)).toEqual(['wanted']);
  },

  'is open to visitors without an account': async (scene) => {
    const topic = scene.topic();
    const [visitor, member] = [scene.client(null).channel(topic), scene.client(scene.ann).channel(topic)];
    const inbox = broadcasts(member);
    await Promise.all([subscribe(visitor), subscribe(member)]);
    await visitor.send(message({ from: 'a visitor' }));
    expect((await inbox.first(1))[0]!.payload).toEqual({ from: 'a visitor' });
  },

  'does not reach the private channel of the same name': async (scene) => {
    const topic = await scene.room(scene.ann, scene.bob);
    const hidden = scene.client(scene.bob).channel(topic, { config: { private: true } });
    const open = scene.client(scene.bob).channel(topic);
    const sender = scene.client(scene.ann).channel(topic);
    const privateSender = scene.client(scene.ann).channel(topic, { config: { private: true } });
    const inboxes = [broadcasts(hidden), broadcasts(open)];
    await Promise.all([hidden, open, sender, privateSender].map((channel) => subscribe(channel)));
    await sender.send(message({ to: 'public' }));
    await privateSender.send(message({ to: 'private' }));
    expect((await inboxes[0]!.first(1))[0]!.payload).toEqual({ to: 'private' });
    expect((await inboxes[1]!.first(1))[0]!.payload).toEqual({ to: 'public' });
    expect(inboxes.map(({ all }) => all.length)).toEqual([1, 1]);
  }
});

export const bytes = feature('Broadcast of bytes, and between the versions', {
  'bytes arrive as they were sent': async (scene) => {
    const { mine, inboxes } = await pair(scene);
    const all = Uint8Array.from({ length: 256 }, (_, n) => n);
    await mine.send(message(all.buffer, 'bytes'));
    await mine.send(message(new ArrayBuffer(0), 'nothing'));
    const [first, second] = await inboxes.theirs.first(2);
    expect(new Uint8Array(first!.payload as ArrayBuffer)).toEqual(all);
    expect((second!.payload as ArrayBuffer).byteLength).toBe(0);
  },

  'JSON crosses from 1.0.0 to 2.0.0 and back': async (scene) => {
    const { mine, theirs, inboxes } = await pair(scene, { versions: ['1.0.0', '2.0.0'] });
    await mine.send(message({ text: 'from 1 ✓' }, 'a'));
    await theirs.send(message({ text: 'from 2 ✓' }, 'b'));
    expect((await inboxes.theirs.first(1))[0]).toMatchObject({ type: 'broadcast', event: 'a', payload: { text: 'from 1 ✓' } });
    expect((await inboxes.mine.first(1))[0]).toMatchObject({ type: 'broadcast', event: 'b', payload: { text: 'from 2 ✓' } });
  },

  'bytes do not reach protocol 1.0.0': async (scene) => {
    const { mine, inboxes } = await pair(scene, { versions: ['2.0.0', '1.0.0'] });
    await mine.send(message(Uint8Array.of(1).buffer, 'bytes'));
    await mine.send(message({}, 'json'));
    await inboxes.theirs.first(1);
    expect(inboxes.theirs.all.map(({ event }) => event)).toEqual(['json']);
  }
});

export const rest = feature('Broadcast over HTTP', {
  'httpSend reaches a public channel': async (scene) => {
    const { topic, inboxes } = await pair(scene);
    expect(await scene.client(scene.eve).channel(topic).httpSend('json', { hello: '✓' })).toEqual({ success: true });
    expect((await inboxes.mine.first(1))[0]).toMatchObject({ type: 'broadcast', event: 'json', payload: { hello: '✓' } });
    await inboxes.theirs.first(1);
  },

  'httpSend of bytes reaches protocol 2.0.0': async (scene) => {
    const { topic, inboxes } = await pair(scene);
    await scene
      .client(scene.ann)
      .channel(topic)
      .httpSend('bytes', Uint8Array.from([0, 255, 7]));
    expect([...new Uint8Array((await inboxes.theirs.first(1))[0]!.payload as ArrayBuffer)]).toEqual([0, 255, 7]);
  },

  'httpSend takes names with any letters': async (scene) => {
    const topic = `${scene.topic()}/ü & ?`;
    const channel = scene.client(scene.ann).channel(topic);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await scene.client(scene.bob).channel(topic).httpSend('a b/c?d', { n: 1 });
    expect((await inbox.first(1))[0]).toMatchObject({ event: 'a b/c?d', payload: { n: 1 } });
  },

  'httpSend reaches a private channel, and is refused to who may not write there': async (scene) => {
    const room = await scene.room(scene.ann);
    await scene.grant(room, scene.bob, { writes: [] });
    const config = { config: { private: true } };
    const channel = scene.client(scene.ann).channel(room, config);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    for (const person of [scene.bob, scene.eve]) {
      await expect(scene.client(person).channel(room, config).httpSend('forged', {})).rejects.toThrow();
    }
    expect(await scene.client(scene.ann).channel(room, config).httpSend('real', {})).toEqual({ success: true });
    await inbox.first(1);
    expect(inbox.all.map(({ event }) => event)).toEqual(['real']);
  },

  'send before joining goes over HTTP': async (scene) => {
    const { topic, inboxes } = await pair(scene);
    expect(
      await scene
        .client(scene.eve, { logger: () => undefined })
        .channel(topic)
        .send(message({ n: 1 }))
    ).toBe('ok');
    expect((await inboxes.theirs.first(1))[0]).toMatchObject({ event: 'message', payload: { n: 1 } });
  },

  'several messages in one request go to their topics; those that may not be sent are left out': async (scene) => {
    const { topic, inboxes } = await pair(scene);
    const room = await scene.room(scene.ann);
    const channel = scene.client(scene.ann).channel(room, { config: { private: true } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    const one = (event: string, to: string, isPrivate: boolean) => ({ topic: to, event, payload: {}, private: isPrivate });
    const post = (person: typeof scene.ann, messages: unknown) =>
      fetch(`${scene.target.url}/realtime/v1/api/broadcast`, {
        method: 'POST',
        headers: { apikey: scene.target.key, authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messages })
      });
    expect((await post(scene.eve, [one('a', topic, false), one('forged', room, true)])).status).toBe(202);
    expect((await post(scene.ann, [one('b', topic, false), one('c', room, true)])).status).toBe(202);
    await inbox.first(1);
    await inboxes.theirs.first(2);
    expect(inbox.all.map(({ event }) => event)).toEqual(['c']);
    expect(inboxes.theirs.all.map(({ event }) => event)).toEqual(['a', 'b']);
    expect((await post(scene.ann, [{ event: 'x', payload: {} }])).status).toBe(422);
  }
});
