import { expect } from 'vitest';
import { attempt, broadcasts, subscribe, systemMessages } from '../../listening.ts';
import { feature, needing } from '../feature.ts';

const PRIVATE = { config: { private: true } };
const ACKED = { config: { private: true, broadcast: { ack: true } } };
const message = (event: string) => ({ type: 'broadcast', event, payload: {} }) as const;

export const authorization = feature('Private channels', {
  'members hear each other': async (scene) => {
    const room = await scene.room(scene.ann, scene.bob);
    const [mine, theirs] = [scene.client(scene.ann).channel(room, ACKED), scene.client(scene.bob).channel(room, ACKED)];
    const inbox = broadcasts(theirs);
    await Promise.all([subscribe(mine), subscribe(theirs)]);
    expect(await mine.send(message('x'))).toBe('ok');
    await inbox.first(1);
  },

  'a stranger is refused, with the reason': async (scene) => {
    const room = await scene.room(scene.ann);
    const [first] = await attempt(scene.client(scene.eve).channel(room, PRIVATE)).first(1);
    expect(first!.status).toBe('CHANNEL_ERROR');
    expect(first!.error!.message).toBe(`Unauthorized: You do not have permissions to read from this Channel topic: ${room}`);
  },

  'so is a visitor without an account': async (scene) => {
    const room = await scene.room(scene.ann);
    const [first] = await attempt(scene.client(null).channel(room, PRIVATE)).first(1);
    expect(first!.error!.message).toBe(`Unauthorized: You do not have permissions to read from this Channel topic: ${room}`);
  },

  'a refused channel hears nothing, although another one on its socket is joined': async (scene) => {
    const room = await scene.room(scene.ann);
    const open = scene.topic();
    const client = scene.client(scene.eve);
    const refused = client.channel(room, PRIVATE);
    const [inbox, openInbox] = [broadcasts(refused), broadcasts(client.channel(open))];
    await attempt(refused).first(1);
    await Promise.all(
      client
        .getChannels()
        .filter((channel) => channel !== refused)
        .map((channel) => subscribe(channel))
    );
    const sender = scene.client(scene.ann);
    const [toRoom, toOpen] = [sender.channel(room, ACKED), sender.channel(open)];
    await Promise.all([subscribe(toRoom), subscribe(toOpen)]);
    await toRoom.send(message('hidden'));
    await toOpen.send(message('open'));
    await openInbox.first(1);
    expect(inbox.all).toEqual([]);
  },

  'who may only read is told that a broadcast was refused, and nobody hears it': async (scene) => {
    const room = await scene.room(scene.ann);
    await scene.grant(room, scene.bob, { writes: [] });
    const [reader, member] = [scene.client(scene.bob).channel(room, ACKED), scene.client(scene.ann).channel(room, PRIVATE)];
    const inbox = broadcasts(member);
    await Promise.all([subscribe(reader), subscribe(member)]);
    expect(await reader.send(message('forged'))).toBe('error');
    await scene.call(scene.ann, 'behaviour_send', { topic: room, event: 'real', payloads: [{}] });
    await inbox.find(({ event }) => event === 'real');
    expect(inbox.all.map(({ event }) => event)).toEqual(['real']);
  },

  'who may only write may not join': async (scene) => {
    const room = scene.topic('room');
    await scene.grant(room, scene.ann, { reads: [], writes: ['broadcast'] });
    const [first] = await attempt(scene.client(scene.ann).channel(room, PRIVATE)).first(1);
    expect(first!.error!.message).toMatch(/^Unauthorized: /);
  },

  'who may be present only joins, and hears no broadcast': async (scene) => {
    const room = await scene.room(scene.ann);
    await scene.grant(room, scene.bob, { reads: ['presence'] });
    const present = scene.client(scene.bob).channel(room, { config: { private: true, presence: { key: 'bob' } } });
    const inbox = broadcasts(present);
    const states: unknown[] = [];
    const synced = new Promise<void>((resolve) =>
      present.on('presence', { event: 'sync' }, () => {
        states.push(Object.keys(present.presenceState()));
        if (states.length === 2) resolve();
      })
    );
    const member = scene
      .client(scene.ann)
      .channel(room, { config: { private: true, broadcast: { ack: true }, presence: { key: 'ann' } } });
    await Promise.all([subscribe(present), subscribe(member)]);
    await member.send(message('hidden'));
    await member.track({});
    await synced;
    expect(Object.keys(present.presenceState())).toContain('ann');
    expect(inbox.all).toEqual([]);
  },

  'service_role may join anything': needing(['secret'], async (scene) => {
    const { createClient } = await import('@supabase/supabase-js');
    const client = createClient(scene.target.url, scene.target.secret!, { auth: { persistSession: false } });
    scene.afterwards(() => client.realtime.disconnect());
    await subscribe(client.channel(scene.topic('room'), PRIVATE));
  })
});

export const tokens = feature('Tokens', {
  'a new token that may still read goes on': async (scene) => {
    const room = await scene.room(scene.ann, scene.bob);
    const client = scene.client(scene.ann);
    const channel = client.channel(room, ACKED);
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await client.realtime.setAuth((await scene.newToken(scene.ann)).token);
    expect(await channel.send(message('after'))).toBe('ok');
    const other = scene.client(scene.bob).channel(room, ACKED);
    await subscribe(other);
    await other.send(message('x'));
    await inbox.first(1);
  },

  'the right to read, gone when the next token comes, closes the channel': async (scene) => {
    const room = await scene.room(scene.ann);
    const client = scene.client(scene.ann);
    const channel = client.channel(room, PRIVATE);
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    await scene.grant(room, scene.ann, { reads: [], writes: [] });
    await client.realtime.setAuth((await scene.newToken(scene.ann)).token);
    expect(await system.find(({ status }) => status === 'error')).toMatchObject({
      extension: 'system',
      channel: room,
      message: `You do not have permissions to read from this Channel topic: ${room}`
    });
    await statuses.find(({ status }) => status === 'CLOSED');
  },

  'so does one of two rights to read': async (scene) => {
    const room = await scene.room(scene.ann);
    const client = scene.client(scene.ann);
    const channel = client.channel(room, { config: { private: true, presence: { enabled: true } } });
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    await scene.grant(room, scene.ann, { reads: ['presence'] });
    await client.realtime.setAuth((await scene.newToken(scene.ann)).token);
    expect(await system.find(({ status }) => status === 'error')).toMatchObject({
      message: `You no longer have permission to read from this Channel topic: ${room}`
    });
    await statuses.find(({ status }) => status === 'CLOSED');
  },

  'a right to read that was not there before is there from the next token on': async (scene) => {
    const room = await scene.room(scene.bob);
    await scene.grant(room, scene.ann, { reads: ['presence'] });
    const client = scene.client(scene.ann);
    const channel = client.channel(room, { config: { private: true, presence: { enabled: true, key: 'ann' } } });
    const inbox = broadcasts(channel);
    await subscribe(channel);
    await scene.grant(room, scene.ann);
    await client.realtime.setAuth((await scene.newToken(scene.ann)).token);
    // The channel has dealt with the token before it answers this.
    expect(await channel.track({})).toBe('ok');
    const sender = scene.client(scene.bob).channel(room, ACKED);
    await subscribe(sender);
    expect(await sender.send(message('x'))).toBe('ok');
    await inbox.first(1);
  },

  'a right to write that is gone when the next token comes is gone': async (scene) => {
    const room = await scene.room(scene.ann);
    const client = scene.client(scene.ann);
    const channel = client.channel(room, ACKED);
    await subscribe(channel);
    expect(await channel.send(message('x'))).toBe('ok');
    await scene.grant(room, scene.ann, { writes: [] });
    expect(await channel.send(message('x'))).toBe('ok');
    await client.realtime.setAuth((await scene.newToken(scene.ann)).token);
    expect(await channel.send(message('x'))).toBe('error');
  },

  'an expired token closes the channel': needing(['jwtSecret'], async (scene) => {
    const token = await scene.sign({ sub: scene.ann.id, exp: Math.floor(Date.now() / 1_000) + 2 });
    const channel = scene.client({ token }).channel(scene.topic());
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    expect((await system.find(({ status }) => status === 'error')).message).toMatch(/^Token has expired \d+ seconds ago$/);
    await statuses.find(({ status }) => status === 'CLOSED');
  }),

  'a token that expired before is refused, with the reason': needing(['jwtSecret'], async (scene) => {
    const token = await scene.sign({ sub: scene.ann.id, exp: Math.floor(Date.now() / 1_000) - 60 });
    const [first] = await attempt(scene.client({ token }).channel(scene.topic())).first(1);
    expect(first!.error!.message).toMatch(/^InvalidJWTToken: Token has expired 6\d seconds ago$/);
  }),

  "a token of somebody else's making is refused, with the reason": needing(['jwtSecret'], async (scene) => {
    const token = await scene.sign({ sub: scene.ann.id }, 'another-secret-with-at-least-32-characters');
    const [first] = await attempt(scene.client({ token }).channel(scene.topic())).first(1);
    expect(first!.error!.message).toBe('JwtSignatureError: Failed to validate JWT signature');
  }),

  'a token without a role is refused, with the reason': needing(['jwtSecret'], async (scene) => {
    const token = await scene.sign({ sub: scene.ann.id, role: undefined });
    const [first] = await attempt(scene.client({ token }).channel(scene.topic())).first(1);
    expect(first!.error!.message).toBe('InvalidJWTToken: Fields `role` and `exp` are required in JWT');
  }),

  'an invalid token that comes later closes the channel': needing(['jwtSecret'], async (scene) => {
    const client = scene.client(scene.ann);
    const channel = client.channel(scene.topic());
    const system = systemMessages(channel);
    const statuses = await subscribe(channel);
    await client.realtime.setAuth(await scene.sign({ sub: scene.ann.id }, 'another-secret-with-at-least-32-characters'));
    expect(await system.find(({ status }) => status === 'error')).toMatchObject({ message: 'Failed to validate JWT signature' });
    await statuses.find(({ status }) => status === 'CLOSED');
  })
});
