import { PHX } from './events.ts';
import type { ClientMessage, ServerMessage } from './message.ts';

export type Reply = { status: 'ok'; response?: unknown } | { status: 'error'; response: unknown };

/** The answer to a client's message. */
export function replyTo({ joinRef, ref, topic }: Pick<ClientMessage, 'joinRef' | 'ref' | 'topic'>, reply: Reply): ServerMessage {
  return { joinRef, ref, topic, event: PHX.reply, payload: { status: reply.status, response: reply.response ?? {} } };
}
