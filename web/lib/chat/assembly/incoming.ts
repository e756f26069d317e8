import { parseEvent } from '../wire/events.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type IncomingParts = {
  /** A live event of the own topic or of a feed. */
  onMessage: (event: string, payload: unknown) => void;
  /** A message as the server has just told it, in answer to a call. */
  learn: (message: MessageRow) => void;
};

/** Where messages come in that sync() was not asked for. */
export function incomingParts({ log }: ChatPorts, parts: Parts): IncomingParts {
  const { keeper, look } = parts;
  return {
    onMessage(event, payload) {
      if (event === 'personal') return parts.personal.heard(payload);
      if (parts.gate.heard(event, payload)) return;
      const parsed = parseEvent(event, payload);
      if (parsed === 'unknown') return;
      if ('malformed' in parsed) {
        log('event_malformed', { event, error: parsed.malformed });
        void look.now();
      } else keeper.apply(parsed);
    },
    learn(message) {
      keeper.apply({ type: 'message', conversation_id: message.conversation_id, revision: message.revision, message });
    }
  };
}
