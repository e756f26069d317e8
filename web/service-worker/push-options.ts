import { payloadSchema, type Payload, type Shown } from '../lib/notifications/payload.ts';
import { actionsFor, type WorkerWords } from './words.ts';

/** An action with `type: 'text'` asks for a text, where the system can. The types of the platform do not know it yet. */
type Options = NotificationOptions & {
  renotify?: boolean;
  timestamp?: number;
  actions?: { action: string; title: string; type?: 'text'; placeholder?: string }[];
};

/** Null for what this worker does not understand: another version of the server has sent it. */
export function readPayload(data: { json(): unknown } | null): Payload | null {
  try {
    const parsed = payloadSchema.safeParse(data?.json());
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const ICON = '/icons/192.png';

/** How the system shows it. `isRepeated`: it is shown already, and shall not be heard again. `mostActions`: how many buttons it shows. */
export function optionsFor(payload: Payload, isRepeated: boolean, words: WorkerWords, mostActions?: number): Options {
  const { key, url, conversation_id, seq, notification_id } = payload;
  const shown: Shown = {
    ...(key !== undefined && { key }),
    ...(url !== undefined && { url }),
    ...(conversation_id !== undefined && { conversation_id }),
    ...(seq !== undefined && { seq }),
    ...(notification_id !== undefined && { notification_id })
  };
  return {
    body: payload.body,
    icon: ICON,
    tag: payload.tag,
    // A browser refuses this without a tag, and then shows nothing.
    renotify: !isRepeated && payload.tag !== '' && !payload.silent,
    silent: payload.silent || isRepeated,
    requireInteraction: payload.require_interaction,
    ...(payload.timestamp !== undefined && { timestamp: payload.timestamp }),
    actions: actionsFor(payload.actions, words, mostActions),
    data: shown
  };
}
