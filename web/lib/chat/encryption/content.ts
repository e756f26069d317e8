import * as z from 'zod/mini';
import { bytesSchema } from '../../e2ee/base64url.ts';
import { fromUtf8, utf8, type Bytes } from '../../e2ee/bytes.ts';
import { type ContentKind, Distrusted } from '../../e2ee/index.ts';
import { linkPreviewSchema } from '../link-preview.ts';
import { toJson } from './wire.ts';

/* What stands inside envelopes: JSON. Unknown fields are passed over, so that a newer client does not break an older one. */

/** A file, encrypted where it lies: what it is, and what opens it. */
const fileSchema = z.object({
  id: z.guid(),
  name: z.string(),
  mimeType: z.string(),
  /** Bytes before it was encrypted. */
  size: z.number(),
  secret: bytesSchema(32),
  prefix: bytesSchema(7),
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  durationMs: z.optional(z.number()),
  blurhash: z.optional(z.string())
});
export type SealedFile = z.infer<typeof fileSchema>;

const schemas = {
  message: z.object({
    text: z.string(),
    /** Which message it answers, and under which one it stands: the server has the same, and could say otherwise. */
    replyTo: z.optional(z.number()),
    threadSeq: z.optional(z.number()),
    files: z.optional(z.array(fileSchema)),
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

/** Throws Distrusted `malformed` for what is no such content: its sender's client made something else. */
export function fromBytes<Kind extends ContentKind>(kind: Kind, bytes: Bytes): Contents[Kind] {
  try {
    return schemas[kind].parse(JSON.parse(fromUtf8(bytes))) as Contents[Kind];
  } catch (cause) {
    throw new Distrusted('malformed', 'What was sealed is of no form that is known here.', { cause });
  }
}
