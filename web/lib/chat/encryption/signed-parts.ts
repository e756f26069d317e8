import type { MessageRow, PreviewRow } from '../wire/rows.ts';
import type { Contents } from './content.ts';
import { openedFiles } from './opened-files.ts';
import type { Opened } from './opener.ts';

type AnyRow = MessageRow | PreviewRow;

/** A message of which nothing is shown that the server could have put there. */
export const NOTHING_SIGNED = {
  kind: 'text',
  system: null,
  attachments: [],
  preview: null,
  poll: null,
  forwarded: null,
  reply_to: null,
  reactions: {},
  my_reactions: []
} as const satisfies Partial<MessageRow>;

/** Of a sealed row, instead of what the server says beside its envelope: what its sender has signed. */
export function signedParts(row: AnyRow, said: Opened<'message'> | null) {
  if (!said || !('content' in said)) return NOTHING_SIGNED;
  const { files, preview, replyTo } = said.content;
  return {
    ...NOTHING_SIGNED,
    attachments: openedFiles(row, files),
    ...(preview && { preview }),
    reply_to: replyTo ?? null
  };
}

/** Whether the server shows a message as an answer to another one, or in another thread, than its sender did. */
export const isElsewhere = (row: AnyRow, { replyTo, threadSeq }: Contents['message']): boolean =>
  'revision' in row && ((row.reply_to ?? null) !== (replyTo ?? null) || (row.thread_seq ?? null) !== (threadSeq ?? null));
