import * as z from 'zod/mini';
import { fromUtf8, utf8, type Bytes } from '../../e2ee/bytes.ts';
import { type ContentKind, Distrusted } from '../../e2ee/index.ts';
import { linkPreviewSchema } from '../link-preview.ts';
import { filesSchema, hasNewerFiles } from './sealed-file.ts';
import { toJson } from './wire.ts';

/* What stands inside envelopes: JSON. Unknown fields are passed over, so that a newer client does not break an older one. */

const schemas = {
  message: z.object({
    text: z.string(),
    /** Which message it answers, and under which one it stands: the server has the same, and could say otherwise. */
    replyTo: z.optional(z.number()),
    threadSeq: z.optional(z.number()),
    files: z.optional(filesSchema),
    preview: z.optional(z.catch(z.optional(linkPreviewSchema), undefined))
  }),
  edit: z.object({ text: z.string() }),
  reaction: z.object({ emoji: z.string() }),
  /** handsHistory: new members are given the keys of what was said before. */
  about: z.object({ title: z.string(), description: z.optional(z.string()), handsHistory: z.optional(z.boolean()) })
} satisfies Record<ContentKind, z.ZodMiniType>;

/** What each kind of envelope says. */
export type Contents = { [Kind in ContentKind]: z.infer<(typeof schemas)[Kind]> };

export const toBytes = <Kind extends ContentKind>(_kind: Kind, content: Contents[Kind]): Bytes =>
  utf8(JSON.stringify(toJson(content)));

/**
 * Throws Distrusted `malformed` for what is no such content, since its sender's client made something else; `unsupported_scheme` for
 * files that a newer one has made.
 */
export function fromBytes<Kind extends ContentKind>(kind: Kind, bytes: Bytes): Contents[Kind] {
  try {
    const content: unknown = JSON.parse(fromUtf8(bytes));
    if (hasNewerFiles(content)) throw new Distrusted('unsupported_scheme', 'Its files were encrypted by a newer version.');
    return schemas[kind].parse(content) as Contents[Kind];
  } catch (cause) {
    if (cause instanceof Distrusted) throw cause;
    throw new Distrusted('malformed', 'What was sealed is of no form that is known here.', { cause });
  }
}
