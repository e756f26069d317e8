import type { Answered } from '../tabs/shared-answers.ts';
import { parseEvent } from '../wire/events.ts';
import type { MessageRow } from '../wire/rows.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type IncomingParts = {
  /** A live event of the own topic or of a feed. */
  onMessage: (event: string, payload: unknown) => void;
  /** What another tab was answered by sync(). */
  onAnswered: (answered: Answered) => void;
  /** A message as the server has just told it, in answer to a call. */
  learn: (message: MessageRow) => void;
};

/** Where messages come in that this tab has not asked sync() for. */
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
      } else {
        keeper.apply(parsed);
        // What is further back than what is shown is deleted, too: it is not to be found any more.
        if (parsed.type === 'message' && parsed.message.deleted_at) parts.gate.rows(parsed.conversation_id, [parsed.message]);
      }
    },
    onAnswered({ cursors, personal: asked, answer }) {
      const { personal, syncer, pulse } = parts;
      const isPersonalHad = personal.overhear(answer.personal, asked);
      if (keeper.overhear(answer, cursors) && isPersonalHad) pulse.asked();
      else void syncer.now();
    },
    learn(message) {
      keeper.apply({ type: 'message', conversation_id: message.conversation_id, revision: message.revision, message });
    }
  };
}
