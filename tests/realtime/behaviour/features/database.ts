import { expect } from 'vitest';
import { broadcasts, subscribe, systemMessages } from '../../listening.ts';
import { feature, needing } from '../feature.ts';
import type { Scene } from '../scene.ts';

/** Somebody on their private topic, once the stream from the database is there. */
async function listener(scene: Scene, { vsn = '2.0.0', isPrivate = true, topic = '' } = {}) {
  const name = topic || (await scene.room(scene.ann));
  const broadcast = { replication_ready: true };
  const channel = scene.client(scene.ann, { vsn }).channel(name, { config: { private: isPrivate, broadcast } });
  const [inbox, system] = [broadcasts(channel), systemMessages(channel)];
  await subscribe(channel);
  await system.find(({ message }) => message === 'Replication connection established');
  return { topic: name, inbox, channel };
}

export const database = feature('Broadcast from the database', {
  'a channel is told when the stream is there': async (scene) => {
    const channel = scene.client(scene.ann).channel(scene.topic(), { config: { broadcast: { replication_ready: true } } });
    const system = systemMessages(channel);
    await subscribe(channel);
    expect(await system.find(({ extension }) => extension === 'system')).toMatchObject({
      status: 'ok',
      message: 'Replication connection established'
    });
  },

  'realtime.send reaches who may read the topic, with an id': async (scene) => {
    const { topic, inbox } = await listener(scene);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'hello', payloads: [{ text: '✓' }] });
    const [got] = await inbox.first(1);
    expect(got).toMatchObject({ type: 'broadcast', event: 'hello', payload: { text: '✓' } });
    expect(got!.payload.id).toBe(got!.meta!.id);
  },

  "an id of the payload's own stays": async (scene) => {
    const { topic, inbox } = await listener(scene);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ id: 'mine' }] });
    const [got] = await inbox.first(1);
    expect(got!.payload).toEqual({ id: 'mine' });
    expect(got!.meta!.id).not.toBe('mine');
  },

  'messages of one transaction come in their order, then those of the next': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const payloads = Array.from({ length: 50 }, (_, n) => ({ n }));
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads });
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ n: 50 }] });
    expect((await inbox.first(51)).map(({ payload }) => payload.n)).toEqual(Array.from({ length: 51 }, (_, n) => n));
  },

  'what is rolled back is not sent': async (scene) => {
    const { topic, inbox } = await listener(scene);
    await expect(scene.call(scene.ann, 'behaviour_send_and_fail', { topic })).rejects.toThrow('meant to fail');
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'done', payloads: [{}] });
    await inbox.first(1);
    expect(inbox.all.map(({ event }) => event)).toEqual(['done']);
  },

  'private and public messages of one topic keep apart': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const open = await listener(scene, { topic, isPrivate: false });
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'public', payloads: [{}], private: false });
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'private', payloads: [{}], private: true });
    await Promise.all([inbox.first(1), open.inbox.first(1)]);
    expect([inbox, open.inbox].map(({ all }) => all.map(({ event }) => event))).toEqual([['private'], ['public']]);
  },

  'reach protocol 1.0.0 as well': async (scene) => {
    const { topic, inbox } = await listener(scene, { vsn: '1.0.0' });
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ text: 'grüß dich ✓' }] });
    const [got] = await inbox.first(1);
    expect(got).toMatchObject({ type: 'broadcast', event: 'x', payload: { text: 'grüß dich ✓' } });
    expect(got!.meta!.id).toBe(got!.payload.id);
  },

  'bytes reach protocol 2.0.0, and 1.0.0 not': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const old = await listener(scene, { topic, vsn: '1.0.0' });
    await scene.call(scene.ann, 'behaviour_send_binary', { topic, event: 'bytes', hex: '00ff10' });
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'after', payloads: [{}] });
    const [got] = await inbox.first(1);
    expect([...new Uint8Array(got!.payload as ArrayBuffer)]).toEqual([0, 255, 16]);
    expect((await old.inbox.first(1))[0]!.event).toBe('after');
  },

  'broadcast_changes carries a changed row from a trigger': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const notes = scene.client(scene.ann).from('behaviour_notes');
    await notes.insert({ topic, body: 'a' }).throwOnError();
    await notes.update({ body: 'b' }).eq('topic', topic).throwOnError();
    await notes.delete().eq('topic', topic).throwOnError();
    const got = await inbox.first(3);
    const table = { table: 'behaviour_notes', schema: 'public' };
    const row = (body: string) => ({ topic, body });
    expect(got[0]).toMatchObject({
      event: 'INSERT',
      payload: { ...table, operation: 'INSERT', record: row('a'), old_record: null }
    });
    expect(got[1]).toMatchObject({ event: 'UPDATE', payload: { ...table, record: row('b'), old_record: row('a') } });
    expect(got[2]).toMatchObject({ event: 'DELETE', payload: { ...table, record: null, old_record: row('b') } });
  },

  'a stranger hears none of it': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const own = await scene.room(scene.eve);
    const client = scene.client(scene.eve);
    const inboxes = [topic, own].map((name) => broadcasts(client.channel(name, { config: { private: true } })));
    client.getChannels()[0]!.subscribe();
    await subscribe(client.getChannels()[1]!);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'hidden', payloads: [{}] });
    await scene.call(scene.ann, 'behaviour_send', { topic: own, event: 'own', payloads: [{}] });
    await Promise.all([inbox.first(1), inboxes[1]!.first(1)]);
    expect(inboxes[0]!.all).toEqual([]);
  }
});

export const replay = feature('Replay', {
  'brings the newest messages from before the join, oldest first, then goes on live, nothing twice': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const since = Date.now() - 60_000;
    for (const n of [1, 2, 3]) await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ n }] });
    await inbox.first(3);
    const config = { private: true, broadcast: { replay: { since, limit: 2 } } };
    const late = scene.client(scene.ann).channel(topic, { config });
    const got = broadcasts(late);
    await subscribe(late);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ n: 4 }] });
    await got.find(({ payload }) => payload.n === 4);
    expect(got.all.map(({ payload, meta }) => [payload.n, meta?.replayed ?? false])).toEqual([
      [2, true],
      [3, true],
      [4, false]
    ]);
  },

  'brings nothing from before its time': async (scene) => {
    const { topic, inbox } = await listener(scene);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'old', payloads: [{}] });
    await inbox.first(1);
    const config = { private: true, broadcast: { replay: { since: Date.now() + 1_000 } } };
    const late = scene.client(scene.ann).channel(topic, { config });
    const got = broadcasts(late);
    await subscribe(late);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'new', payloads: [{}] });
    await got.first(1);
    expect(got.all.map(({ event }) => event)).toEqual(['new']);
  },

  'brings 25 at most': async (scene) => {
    const { topic, inbox } = await listener(scene);
    const payloads = Array.from({ length: 30 }, (_, n) => ({ n }));
    for (const payload of payloads) await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [payload] });
    await inbox.first(30);
    const config = { private: true, broadcast: { replay: { since: Date.now() - 60_000, limit: 100 } } };
    const late = scene.client(scene.ann).channel(topic, { config });
    const got = broadcasts(late);
    await subscribe(late);
    await scene.call(scene.ann, 'behaviour_send', { topic, event: 'x', payloads: [{ n: 30 }] });
    await got.find(({ payload }) => payload.n === 30);
    expect(got.all.map(({ payload }) => payload.n)).toEqual(Array.from({ length: 26 }, (_, n) => n + 5));
  },

  'brings bytes as well': async (scene) => {
    const { topic, inbox } = await listener(scene);
    await scene.call(scene.ann, 'behaviour_send_binary', { topic, event: 'bytes', hex: '0102' });
    await inbox.first(1);
    const config = { private: true, broadcast: { replay: { since: Date.now() - 60_000 } } };
    const late = scene.client(scene.ann).channel(topic, { config });
    const got = broadcasts(late);
    await subscribe(late);
    const [first] = await got.first(1);
    expect(first!.meta).toMatchObject({ replayed: true });
    expect([...new Uint8Array(first!.payload as ArrayBuffer)]).toEqual([1, 2]);
  },

  'is refused on public channels, and with wrong parameters, with the reason': async (scene) => {
    const room = await scene.room(scene.ann);
    const raw = await scene.socket(scene.ann);
    raw.join('1', `realtime:${scene.topic()}`, { broadcast: { replay: { since: 1 } } });
    raw.join('2', `realtime:${room}`, { private: true, broadcast: { replay: { since: 'yesterday' } } });
    expect((await raw.reply('1')).payload.response.reason).toBe(
      'UnableToReplayMessages: Replay is not allowed for public channels'
    );
    expect((await raw.reply('2')).payload.response.reason).toBe('UnableToReplayMessages: Replay params are not valid');
  },

  'finds what was sent while nobody was there': needing(['db'], async (scene) => {
    const topic = await scene.room(scene.ann);
    await scene.sql(`select realtime.send('{"n": 1}', 'x', '${topic}')`);
    const config = { private: true, broadcast: { replay: { since: Date.now() - 60_000 } } };
    const channel = scene.client(scene.ann).channel(topic, { config });
    const got = broadcasts(channel);
    await subscribe(channel);
    expect((await got.first(1))[0]).toMatchObject({ payload: { n: 1 }, meta: { replayed: true } });
  })
});

/** What a channel joined now is given of what was stored before, but for the message that is sent last to know where that ends. */
async function replayed(scene: Scene, topic: string): Promise<string[]> {
  const config = { private: true, broadcast: { replay: { since: Date.now() - 60_000 }, replication_ready: true } };
  const channel = scene.client(scene.ann).channel(topic, { config });
  const [got, system] = [broadcasts(channel), systemMessages(channel)];
  await subscribe(channel);
  await system.find(({ message }) => message === 'Replication connection established');
  await scene.call(scene.ann, 'behaviour_send', { topic, event: 'last', payloads: [{}] });
  await got.find(({ event }) => event === 'last');
  return got.all.filter(({ meta, event }) => meta?.replayed && event !== 'last').map(({ event }) => event);
}

export const stored = feature('Stored broadcasts (of servers since autumn 2026)', {
  'what is sent to be stored is heard at once, and by who joins later': async (scene) => {
    const topic = scene.topic('room');
    await scene.grant(topic, scene.ann, { writes: ['broadcast', 'persistence'] });
    const config = { private: true, broadcast: { ack: true, self: true } };
    const channel = scene.client(scene.ann).channel(topic, { config });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    expect(await channel.send({ type: 'broadcast', event: 'kept', payload: { n: 1 }, persist: true })).toBe('ok');
    expect(await channel.send({ type: 'broadcast', event: 'passing', payload: {} })).toBe('ok');
    expect(await channel.httpSend('kept by HTTP', { n: 2 }, { persist: { ttl: 60 } })).toEqual({ success: true });
    await inbox.first(3);
    expect(inbox.all.map(({ event }) => event)).toEqual(['kept', 'passing', 'kept by HTTP']);
    // The answer by HTTP says that it was sent, and does not wait for the table.
    await expect.poll(() => replayed(scene, topic), { timeout: 10_000 }).toEqual(['kept', 'kept by HTTP']);
  },

  'who may not store is heard, and that is all': async (scene) => {
    const topic = await scene.room(scene.ann);
    const channel = scene.client(scene.ann).channel(topic, { config: { private: true, broadcast: { ack: true, self: true } } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    expect(await channel.send({ type: 'broadcast', event: 'kept', payload: {}, persist: true })).toBe('ok');
    await inbox.first(1);
    expect(await replayed(scene, topic)).toEqual([]);
  }
});
