/** `realtime.messages` as the server uses it: replay, storing what clients send, and the upkeep of its partitions. */
import type pg from 'pg';
import { Refused } from '../errors.ts';
import type { UserBroadcast } from '../protocol/message.ts';
import { TOPIC_PREFIX } from '../protocol/events.ts';

export interface StoredMessage {
  id: string;
  topic: string;
  event: string | null;
  private: boolean | null;
  /** JSON text. */
  payload: string | null;
  binary_payload: Buffer | null;
}

const REPLAY = {
  name: 'replay',
  text: `
    select id, topic, event, private, payload::text, binary_payload
    from realtime.messages
    where extension = 'broadcast' and private is true and topic = $1
      and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
      and inserted_at < now() at time zone 'utc' + interval '1 minute'
      and (expires_at is null or expires_at > now() at time zone 'utc')
    order by inserted_at desc, ctid desc
    limit $3`
};

// As an API role's policies have been asked before, this is the server's own: it writes past them.
const STORE = {
  name: 'store',
  text: `
    insert into realtime.messages (id, topic, extension, event, payload, binary_payload, private, skip_broadcast, expires_at)
    values ($1, $2, 'broadcast', $3, $4, $5, true, true, now() at time zone 'utc' + make_interval(secs => $6))`
};

export class MessageStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** The newest private broadcasts of a topic since a time (ms since 1970), oldest first. */
  async since(topic: string, since: number, limit: number): Promise<StoredMessage[]> {
    try {
      const { rows } = await this.#pool.query<StoredMessage>({ ...REPLAY, values: [topic, since, limit] });
      return rows.reverse();
    } catch (cause) {
      throw new Refused('UnableToReplayMessages', { reason: 'Realtime was unable to replay messages' }, { cause });
    }
  }

  /**
   * Stores what a client has sent on a private topic, for replay: it is not delivered again. `ttlSeconds` null keeps it as long
   * as anything is kept. Throws Refused.
   */
  async store(id: string, { topic, event, encoding, payload }: UserBroadcast, ttlSeconds: number | null): Promise<void> {
    const name = topic.slice(TOPIC_PREFIX.length);
    const [json, bytes] = encoding === 'json' ? [payload.toString(), null] : [null, payload];
    try {
      await this.#pool.query({ ...STORE, values: [id, name, event, json, bytes, ttlSeconds] });
    } catch (cause) {
      throw new Refused('UnableToPersistMessage', {}, { cause });
    }
  }

  async keepPartitions(): Promise<void> {
    await this.#pool.query('select realtime.keep_message_partitions()');
  }
}

/** The broadcast that a row stands for; null for a row without event or payload, which says nothing. */
export function broadcastOf(row: StoredMessage, meta: Record<string, unknown> = { id: row.id }): UserBroadcast | null {
  const payload = row.binary_payload ?? (row.payload === null ? null : Buffer.from(row.payload));
  if (payload === null || row.event === null) return null;
  return { topic: TOPIC_PREFIX + row.topic, event: row.event, encoding: row.binary_payload ? 'binary' : 'json', payload, meta };
}
