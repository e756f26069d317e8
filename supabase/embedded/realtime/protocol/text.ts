/**
 * Text frames. Protocol 2.0.0 has the array `[join_ref, ref, topic, event, payload]`, 1.0.0 an object, which towards the
 * client has no join_ref.
 */
import { z } from 'zod';
import { type ClientMessage, MalformedFrame, RawJson, type ServerMessage } from './message.ts';

const refSchema = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((ref) => ref ?? null);

// A tuple alone would let the last one be missing, since undefined is unknown too.
const arraySchema = z
  .array(z.unknown())
  .min(5)
  .pipe(z.tuple([refSchema, refSchema, z.string(), z.string(), z.unknown()]).rest(z.unknown()));

const objectSchema = z.object({
  join_ref: refSchema,
  ref: refSchema,
  topic: z.string(),
  event: z.string(),
  payload: z.unknown()
});

export function decodeTextArray(text: string): ClientMessage {
  const parsed = arraySchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new MalformedFrame(`expected [join_ref, ref, topic, event, payload]: ${z.prettifyError(parsed.error)}`);
  const [joinRef, ref, topic, event, payload] = parsed.data;
  return { joinRef, ref, topic, event, body: { kind: 'json', payload } };
}

export function decodeTextObject(text: string): ClientMessage {
  const parsed = objectSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new MalformedFrame(`expected {topic, event, payload, ref}: ${z.prettifyError(parsed.error)}`);
  const { join_ref: joinRef, ref, topic, event, payload } = parsed.data;
  return { joinRef, ref, topic, event, body: { kind: 'json', payload } };
}

export function encodeTextArray({ joinRef, ref, topic, event, payload }: ServerMessage): Buffer {
  const head = `[${JSON.stringify(joinRef)},${JSON.stringify(ref)},${JSON.stringify(topic)},${JSON.stringify(event)},`;
  return around(head, payload, ']');
}

export function encodeTextObject({ ref, topic, event, payload }: ServerMessage): Buffer {
  const head = `{"topic":${JSON.stringify(topic)},"event":${JSON.stringify(event)},"payload":`;
  return around(head, payload, `,"ref":${JSON.stringify(ref)}}`);
}

/** From here on copying bytes costs less than writing the text anew. */
const LONG = 4_096;

function around(head: string, payload: unknown, tail: string): Buffer {
  if (!(payload instanceof RawJson)) return Buffer.from(head + JSON.stringify(payload) + tail);
  if (payload.text.length < LONG) return Buffer.from(head + payload.text + tail);
  return Buffer.concat([Buffer.from(head), payload.bytes, Buffer.from(tail)]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedFrame('not JSON', { cause });
  }
}
