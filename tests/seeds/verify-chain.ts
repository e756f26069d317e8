/** Checks the hash chain of a negotiation from what the REST API says, as docs/api.md describes it. */
import { createHash } from 'node:crypto';

/** The fields of a message that are hashed. */
const HASHED = [
  'attachments',
  'content',
  'conversation_id',
  'created_at',
  'forwarded',
  'id',
  'kind',
  'party',
  'reply_to',
  'seq',
  'system',
  'thread_seq'
] as const;

/** What to select of messages, ordered by seq. */
export const COLUMNS = [...HASHED, 'sender_id', 'hash'].join(',');

export type ChainedMessage = Record<(typeof HASHED)[number], unknown> & {
  seq: number;
  party: 'buyer' | 'seller' | null;
  created_at: string;
  sender_id: string | null;
  system: Record<string, unknown> | null;
  /** As PostgREST writes bytes: `\x` and hexadecimal digits. */
  hash: string | null;
};

/** The number of the first message that does not fit, or null when the chain is whole. */
export function firstFault(messages: ChainedMessage[]): number | null {
  const parties = messages[0]?.system ?? {};
  let previous = Buffer.alloc(0);
  for (const message of messages.filter(({ hash }) => hash !== null)) {
    const fields = Object.fromEntries(HASHED.map((name) => [name, message[name]]));
    const text = canonical({ ...fields, created_at: new Date(message.created_at).toISOString() });
    const hash = createHash('sha256').update(previous).update(text, 'utf8').digest();
    const isParty = message.sender_id === null || message.sender_id === parties[`${message.party}_id`];
    if (message.hash !== `\\x${hash.toString('hex')}` || !isParty) return message.seq;
    previous = hash;
  }
  return null;
}

/** JSON by RFC 8785: JSON.stringify writes strings and numbers as it says, so only the keys have to be put in order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
