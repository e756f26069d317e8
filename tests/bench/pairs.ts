/** Pairs of people, each with a client of their own as in a browser of their own: the one sends, the other listens. */
import type { SupabaseClient } from '@supabase/supabase-js';
import type { StackAddresses } from '../../supabase/embedded/addresses.ts';
import { clientOf, makePeople } from './people.ts';

export interface Pair {
  conversation: string;
  /** Sends one message. Resolves when it is acknowledged. */
  send(id: string, content: string): Promise<void>;
}

export interface Pairs {
  pairs: Pair[];
  /** Told of each message that reaches the listener's client. */
  onMessage(listener: (id: string) => void): void;
  stop(): Promise<void>;
}

export async function connectPairs(stack: StackAddresses, count: number): Promise<Pairs> {
  const people = await makePeople(stack, count * 2);
  const clients: SupabaseClient[] = [];
  const connect = async (person: string): Promise<SupabaseClient> => {
    const client = await clientOf(stack, person);
    clients.push(client);
    return client;
  };

  let listener: (id: string) => void = () => undefined;
  const pairs: Pair[] = [];
  for (let n = 0; n < count; n += 1) {
    const [sender, receiver] = [people[2 * n]!, people[2 * n + 1]!];
    const from = await connect(sender);
    const to = await connect(receiver);
    const { data, error } = await from.rpc('start_direct_conversation', { user_id: receiver });
    if (error) throw new Error(`no conversation: ${error.message}`);
    const conversation = (data as { id: string }[])[0]!.id;
    await subscribed(to, receiver, (id) => listener(id));
    pairs.push({
      conversation,
      async send(id, content) {
        const { error } = await from.rpc('send_message', { conversation_id: conversation, id, content });
        if (error) throw new Error(`${error.code}: ${error.message}`);
      }
    });
  }
  return {
    pairs,
    onMessage: (next) => (listener = next),
    async stop() {
      await Promise.all(clients.map((client) => client.removeAllChannels()));
    }
  };
}

function subscribed(client: SupabaseClient, person: string, heard: (id: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    client
      .channel(`user:${person}`, { config: { private: true } })
      .on('broadcast', { event: 'message' }, ({ payload }) => heard((payload as { message: { id: string } }).message.id))
      .subscribe((status, error) => {
        if (status === 'SUBSCRIBED') resolve();
        else if (status === 'CHANNEL_ERROR' || status === 'TIMED_OUT') reject(new Error(`${status}: ${error?.message ?? ''}`));
      });
  });
}
