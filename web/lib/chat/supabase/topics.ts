import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { NotSignedIn, Unreachable } from '../errors.ts';
import type { Topics } from '../live-topics/topics.ts';

const OPEN_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Topics as private channels of Realtime. supabase-js reconnects and rejoins by itself, but with a token that may have expired
 * meanwhile, and without saying when: a lost channel is left at once, and whoever joined it joins again.
 */
export function supabaseTopics(supabase: SupabaseClient): Topics {
  const { realtime } = supabase;
  /** Channels whose goodbye has not been answered. */
  const leaving = new Set<Promise<unknown>>();
  let connects = 0;
  let disconnects = 0;
  return {
    async connect() {
      connects += 1;
      const before = disconnects;
      const isWanted = () => disconnects === before;
      // Refreshes a session that has expired, which may take its time.
      const { data, error } = await supabase.auth.getSession();
      if (error) throw new Unreachable('The session cannot be refreshed now.', { cause: error });
      if (!data.session) throw new NotSignedIn('There is no session.');
      await realtime.setAuth();
      await opened(isWanted);
    },

    disconnect() {
      disconnects += 1;
      const before = connects;
      giveUp();
      // supabase-js would keep for another minute a socket whose channels are still saying goodbye.
      void Promise.allSettled(leaving).then(() => {
        if (connects === before) giveUp();
      });
    },

    join(name, presenceKey, events) {
      const channel = supabase.channel(name, {
        config: { private: true, ...(presenceKey !== null && { presence: { key: presenceKey, enabled: true } }) }
      });
      let isOver = false;
      const end = () => {
        isOver = true;
        const left = supabase.removeChannel(channel).catch(() => {});
        leaving.add(left);
        void left.then(() => leaving.delete(left));
      };
      if (events.message) {
        const { message } = events;
        channel.on('broadcast', { event: '*' }, ({ event, payload }) => {
          if (!isOver) message(event, payload);
        });
      }
      if (events.presence) {
        const { presence } = events;
        channel.on('presence', { event: 'sync' }, () => {
          if (!isOver) presence(channel.presenceState());
        });
      }
      channel.subscribe((status, reason) => {
        if (isOver) return;
        if (status === 'SUBSCRIBED') return events.joined();
        end();
        events.lost(reason ?? status);
      });
      return {
        send: (event, payload) => void send(channel, event, payload),
        track: (meta) => void channel.track(meta),
        leave() {
          if (!isOver) end();
        }
      };
    }
  };

  /** A socket that may be half open is not to be used again. Another part of the app may have channels on it, though. */
  function giveUp(): void {
    if (realtime.getChannels().length === 0) void realtime.disconnect();
  }

  /** supabase-js has no event for this. */
  async function opened(isWanted: () => boolean): Promise<void> {
    const deadline = Date.now() + OPEN_WITHIN_MS;
    let isAsked = false;
    for (;;) {
      // Nobody would close what is opened after that.
      if (!isWanted()) throw new Unreachable('The socket was given up.');
      const state = realtime.connectionState();
      if (state === 'open') return;
      if (state === 'closed' && isAsked) throw new Unreachable('The socket was refused.');
      if (Date.now() > deadline) throw new Unreachable('The socket did not open in time.');
      if (state === 'closed') {
        realtime.connect();
        isAsked = true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

/** Without a joined channel supabase-js would fall back to REST, which a hint is not worth. */
async function send(channel: RealtimeChannel, event: string, payload: Record<string, unknown>): Promise<void> {
  if (channel.state === 'joined') await channel.send({ type: 'broadcast', event, payload });
}
