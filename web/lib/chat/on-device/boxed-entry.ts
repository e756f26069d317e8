import * as z from 'zod/mini';
import { entryFileSchema } from '../attachments/entry-file.ts';
import { actionSchema, type Action, type OutboxEntry } from '../outbox/entry.ts';
import { type DeviceBox, Unopenable } from './device-box.ts';

/** What of an entry is for the members' eyes. */
const insideSchema = z.object({ content: z.string(), action: actionSchema, files: z.optional(z.array(entryFileSchema)) });

/** As it may lie on the disk: whose, where and when, and what it says in a box. */
export async function boxEntry(box: DeviceBox, entry: OutboxEntry): Promise<OutboxEntry> {
  const { files, content, action, ...open } = entry;
  const boxed = await box.seal(nameOf(entry), { content, action, files });
  return { ...open, content: '', action: bareOf(action), boxed };
}

/** As it was written. One that cannot be opened any more is refused: what it said is lost, and its writer has to be told. */
export async function openEntry(box: DeviceBox, entry: OutboxEntry): Promise<OutboxEntry> {
  const { boxed, ...rest } = entry;
  if (!boxed) return entry;
  try {
    return { ...rest, ...insideSchema.parse(await box.open(nameOf(entry), boxed)) };
  } catch (error) {
    if (!(error instanceof Unopenable)) throw error;
    return { ...entry, refusal: { code: 'kept_unreadable', message: 'What was written here cannot be opened any more.' } };
  }
}

/** A box opens for no other place. */
const nameOf = ({ conversationId, id }: OutboxEntry): string => `outbox/${conversationId}/${id}`;

/** An action without what it says, by which whoever reads the entry still knows what it is. */
function bareOf(action: Action): Action {
  switch (action.type) {
    case 'send':
      return { type: 'send', replyTo: null };
    case 'poll':
      return { ...action, options: [] };
    case 'react':
      return { ...action, emoji: '' };
    case 'vote':
      return { ...action, options: [] };
    default:
      return action;
  }
}
