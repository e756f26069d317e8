import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { attempt, broadcasts, Inbox, subscribe } from '../../listening.ts';
import { feature } from '../feature.ts';

export const socket = feature('Socket', {
  'answers heartbeats in both versions': async (scene) => {
    for (const vsn of ['1.0.0', '2.0.0']) {
      const { realtime } = scene.client(scene.ann, { vsn });
      const beats = new Inbox<string>();
      realtime.onHeartbeat((status) => beats.put(status));
      await subscribe(realtime.channel(scene.topic()));
      await realtime.sendHeartbeat();
      await beats.find((status) => status === 'ok');
    }
  },

  'is refused to a key that does not exist, with an HTTP status': async (scene) => {
    const address = `${scene.target.url.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=nobody&vsn=2.0.0`;
    const refused = new WebSocket(address);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      refused.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      refused.once('open', () => reject(new Error('It was let in')));
      refused.once('error', () => undefined);
    });
    refused.terminate();
    expect([401, 403]).toContain(status);
  },

  'keeps several channels apart': async (scene) => {
    const [client, sender] = [scene.client(scene.ann), scene.client(scene.bob)];
    const topics = [scene.topic(), scene.topic(), scene.topic()];
    const inboxes = topics.map((topic) => broadcasts(client.channel(topic)));
    await Promise.all(client.getChannels().map((channel) => subscribe(channel)));
    const senders = topics.map((topic) => sender.channel(topic));
    await Promise.all(senders.map((channel) => subscribe(channel)));
    for (const [n, channel] of senders.entries()) await channel.send({ type: 'broadcast', event: 'x', payload: { n } });
    for (const [n, inbox] of inboxes.entries()) expect((await inbox.first(1))[0]!.payload).toEqual({ n });
    expect(inboxes.map(({ all }) => all.length)).toEqual([1, 1, 1]);
  },

  'lets a channel be left and joined again': async (scene) => {
    const [client, sender] = [scene.client(scene.ann), scene.client(scene.bob)];
    const topic = scene.topic();
    const first = client.channel(topic);
    const before = broadcasts(first);
    await subscribe(first);
    expect(await client.removeChannel(first)).toBe('ok');
    const second = client.channel(topic);
    const after = broadcasts(second);
    await subscribe(second);
    const channel = sender.channel(topic);
    await subscribe(channel);
    await channel.send({ type: 'broadcast', event: 'x', payload: {} });
    await after.first(1);
    expect(before.all).toEqual([]);
  },

  'comes back after it was lost, with its channels': async (scene) => {
    const sockets: WebSocket[] = [];
    class Remembered extends WebSocket {
      constructor(address: string | URL) {
        super(address);
        sockets.push(this);
      }
    }
    const channel = scene
      .client(scene.ann, { transport: Remembered as never, reconnectAfterMs: () => 50 })
      .channel(scene.topic());
    const statuses = await subscribe(channel);
    sockets[0]!.terminate();
    await statuses.find(({ status }) => status === 'CHANNEL_ERROR');
    await statuses.find(({ status }) => status === 'SUBSCRIBED', 1);
    expect(sockets).toHaveLength(2);
  },

  'refuses a topic without a name': async (scene) => {
    const [first] = await attempt(scene.client(scene.ann).channel('')).first(1);
    expect(first).toMatchObject({ status: 'CHANNEL_ERROR' });
    expect(first!.error!.message).toBe('TopicNameRequired: You must provide a topic name');
  }
});

export const frames = feature('Frames that supabase-js does not send', {
  'a second join of a topic closes the first one, then is answered': async (scene) => {
    const raw = await scene.socket(scene.ann);
    const topic = `realtime:${scene.topic()}`;
    raw.join('1', topic);
    expect((await raw.reply('1')).payload.status).toBe('ok');
    raw.join('2', topic);
    expect((await raw.reply('2')).payload.status).toBe('ok');
    expect(raw.inbox.all.map(({ event, joinRef, ref }) => [event, joinRef, ref])).toEqual([
      ['phx_reply', '1', '1'],
      ['phx_close', '1', '1'],
      ['phx_reply', '2', '2']
    ]);
  },

  'the same in protocol 1.0.0': async (scene) => {
    const raw = await scene.socket(scene.ann, '1.0.0');
    const topic = `realtime:${scene.topic()}`;
    raw.join('1', topic);
    await raw.reply('1');
    raw.join('2', topic);
    expect(await raw.reply('2')).toMatchObject({ topic, payload: { status: 'ok', response: { postgres_changes: [] } } });
    expect(raw.inbox.all.map(({ event }) => event)).toEqual(['phx_reply', 'phx_close', 'phx_reply']);
  },

  'an event for a topic that was not joined is answered with an error': async (scene) => {
    const raw = await scene.socket(scene.ann);
    raw.send('1', '7', 'realtime:nowhere', 'broadcast', { type: 'broadcast', event: 'x', payload: {} });
    expect((await raw.reply('7')).payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
    raw.join('8', 'no-prefix');
    expect((await raw.reply('8')).payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
  },

  'a leave of a topic that was not joined is answered ok; of a joined one it is followed by phx_close': async (scene) => {
    const raw = await scene.socket(scene.ann);
    raw.send('1', '2', 'realtime:nowhere', 'phx_leave');
    expect((await raw.reply('2')).payload.status).toBe('ok');
    const topic = `realtime:${scene.topic()}`;
    raw.join('3', topic);
    await raw.reply('3');
    raw.send('3', '4', topic, 'phx_leave');
    await raw.inbox.find(({ event }) => event === 'phx_close');
    expect(raw.inbox.all.slice(-2).map(({ event, ref }) => [event, ref])).toEqual([
      ['phx_reply', '4'],
      ['phx_close', '3']
    ]);
  },

  'what is no message is passed over, and the socket goes on': async (scene) => {
    const raw = await scene.socket(scene.ann);
    for (const text of ['', '{', 'null', '[]', '["1","2","t"]', '{"topic":"t"}']) raw.sendText(text);
    raw.sendBytes(9, 9, 9);
    raw.sendBytes(3, 255);
    raw.send(null, '5', 'phoenix', 'heartbeat');
    expect((await raw.reply('5')).payload).toEqual({ status: 'ok', response: {} });
    expect(raw.inbox.all).toHaveLength(1);
  },

  'a join whose payload is wrong in structure is taken as one that says nothing': async (scene) => {
    const raw = await scene.socket(scene.ann);
    raw.send('1', '1', `realtime:${scene.topic()}`, 'phx_join', { config: 'no' });
    expect((await raw.reply('1')).payload).toEqual({ status: 'ok', response: { postgres_changes: [] } });
  },

  'true and false may be words': async (scene) => {
    const raw = await scene.socket(scene.ann);
    const topic = `realtime:${scene.topic()}`;
    raw.join('1', topic, { broadcast: { self: 'true', ack: 'True' } });
    await raw.reply('1');
    raw.send('1', '2', topic, 'broadcast', { type: 'broadcast', event: 'x', payload: { a: 1 } });
    expect((await raw.reply('2')).payload.status).toBe('ok');
    const echo = await raw.inbox.find(({ event }) => event === 'broadcast');
    expect(echo).toMatchObject({ joinRef: null, ref: null, payload: { type: 'broadcast', event: 'x', payload: { a: 1 } } });
  },

  'a message with the join_ref of an earlier join still counts': async (scene) => {
    const raw = await scene.socket(scene.ann);
    const topic = `realtime:${scene.topic()}`;
    raw.join('1', topic, { broadcast: { ack: true } });
    await raw.reply('1');
    raw.join('2', topic, { broadcast: { ack: true } });
    await raw.reply('2');
    for (const [joinRef, ref] of [
      ['1', '3'],
      [null, '4']
    ] as const) {
      raw.send(joinRef, ref, topic, 'broadcast', { type: 'broadcast', event: 'x', payload: {} });
      expect((await raw.reply(ref)).payload.status).toBe('ok');
    }
  }
});
