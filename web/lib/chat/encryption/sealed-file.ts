import * as z from 'zod/mini';
import { bytesSchema } from '../../e2ee/base64url.ts';

/** The form of files in a message that this client makes and reads. */
export const FILE_VERSION = 1;
/** What the server takes in one message, in a name, and as measures. */
const MOST_FILES = 10;
const MOST_LETTERS = 255;
const MOST_PIXELS = 100_000;
/** So many bars tell how loud a sound is. */
const MOST_PEAKS = 100;

/** Not in the name of a file, which the server refuses in its own words too; nor what turns around how it is read. */
const NOT_IN_NAMES = /[/\\\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** zod's own checks would come with the first load, in which zod is. */
const where = <Schema extends z.ZodMiniType>(schema: Schema, fits: (value: z.output<Schema>) => boolean) =>
  z.pipe(
    schema,
    z.transform((value: z.output<Schema>, context) => {
      if (!fits(value)) context.issues.push({ code: 'custom', message: 'Out of its bounds.', input: value });
      return value;
    })
  );
const upTo = (letters: number) => where(z.string(), ({ length }) => length <= letters);
const count = where(z.number(), (value) => Number.isSafeInteger(value) && value >= 0);
/** What a sender's client had better not have said is left out. */
const measure = z.catch(z.optional(where(count, (pixels) => pixels >= 1 && pixels <= MOST_PIXELS)), undefined);

const peaks = where(z.array(where(z.number(), (loud) => loud >= 0 && loud <= 1)), ({ length }) => length <= MOST_PEAKS);

/** A file, encrypted where it lies: what it is, and what opens it. Nobody but its sender has checked any of it. */
const fileSchema = z.object({
  version: z.literal(FILE_VERSION),
  /** As the server knows it. */
  id: z.guid(),
  name: z.pipe(
    z.string(),
    z.transform((name: string) => name.replace(NOT_IN_NAMES, '_').slice(0, MOST_LETTERS).trim() || 'file')
  ),
  mimeType: upTo(MOST_LETTERS),
  /** Bytes before it was encrypted. */
  size: count,
  secret: bytesSchema(32),
  prefix: bytesSchema(7),
  width: measure,
  height: measure,
  durationMs: z.catch(z.optional(count), undefined),
  /** https://blurha.sh */
  blurhash: z.catch(z.optional(upTo(120)), undefined),
  /** How loud a sound is along its length, each 0 to 1. */
  peaks: z.catch(z.optional(peaks), undefined)
});
export type SealedFile = z.infer<typeof fileSchema>;

export const filesSchema = where(z.array(fileSchema), ({ length }) => length <= MOST_FILES);

/** Whether there are files among these that only a newer client can read. */
export const hasNewerFiles = (content: unknown): boolean => {
  const { data } = z.object({ files: z.array(z.object({ version: z.number() })) }).safeParse(content);
  return data?.files.some(({ version }) => version > FILE_VERSION) ?? false;
};
