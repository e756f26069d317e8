import { expect } from 'vitest';
import { broadcasts, subscribe, systemMessages } from '../../listening.ts';
import { feature } from '../feature.ts';

const CHANNELS = 100;

export const limits = feature('Limits, as the hosted service has them', {
  'a hundred channels on one connection, and no more': async (scene) => {
    const raw = await scene.socket(scene.ann);
    const topic = scene.topic();
    for (let n = 1; n <= CHANNELS; n += 1) {
      raw.join(String(n), `realtime:${topic}:${n}`);
      expect((await raw.reply(String(n))).payload.status).toBe('ok');
    }
    raw.join('101', `realtime:${topic}:101`);
    expect((await raw.reply('101')).payload).toEqual({
      status: 'error',
      response: { reason: 'ChannelRateLimitReached: Too many channels' }
    });
  },

  'five calls of track in half a minute': async (scene) => {
    const channel = scene.client(scene.ann).channel(scene.topic(), { config: { presence: { key: 'ann' } } });
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    for (let n = 1; n <= 5; n += 1) expect(await channel.track({ n })).toBe('ok');
    void channel.track({ n: 6 });
    expect((await system.find(({ status }) => status === 'error')).message).toBe('Client presence rate limit exceeded');
    await statuses.find(({ status }) => status === 'CLOSED');
  },

  'a broadcast of 3 MB': async (scene) => {
    const topic = scene.topic();
    const config = { config: { broadcast: { ack: true } } };
    const [mine, theirs] = [scene.client(scene.ann).channel(topic, config), scene.client(scene.bob).channel(topic, config)];
    const inbox = broadcasts(theirs);
    await Promise.all([subscribe(mine), subscribe(theirs)]);
    const send = (length: number) =>
      mine.send({ type: 'broadcast', event: String(length), payload: { text: 'x'.repeat(length) } });
    expect(await send(2_000_000)).toBe('ok');
    expect(await send(4_000_000)).toBe('error');
    expect(await send(1)).toBe('ok');
    expect((await inbox.first(2)).map(({ event }) => event)).toEqual(['2000000', '1']);
  }
});
