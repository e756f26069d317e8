/**
 * Binary frames of protocol 2.0.0. Each begins with its kind; the order of fields is in the reader and writer below.
 *
 *   0 push (client → server)            joinRef, ref, topic, event, payload
 *   3 user broadcast push (c → s)       joinRef, ref, topic, event, metadata, encoding, payload
 *   4 user broadcast (s → c)            topic, event, metadata, encoding, payload
 */
import { binaryFrame, ByteReader } from './bytes.ts';
import { EVENT } from './events.ts';
import { type ClientMessage, MalformedFrame, type UserBroadcast } from './message.ts';

export const KIND = { push: 0, userBroadcastPush: 3, userBroadcast: 4 } as const;
const ENCODING = { binary: 0, json: 1 } as const;

export function decodeBinary(bytes: Buffer): ClientMessage {
  const reader = new ByteReader(bytes);
  const kind = reader.byte('its kind');
  if (kind === KIND.push) return readPush(reader);
  if (kind === KIND.userBroadcastPush) return readUserBroadcastPush(reader);
  throw new MalformedFrame(`kind ${kind} is not one that clients send`);
}

function readPush(reader: ByteReader): ClientMessage {
  const joinRefLength = reader.byte('the length of join_ref');
  const refLength = reader.byte('the length of ref');
  const topicLength = reader.byte('the length of topic');
  const eventLength = reader.byte('the length of event');
  return {
    joinRef: reader.text(joinRefLength, 'join_ref') || null,
    ref: reader.text(refLength, 'ref') || null,
    topic: reader.text(topicLength, 'topic'),
    event: reader.text(eventLength, 'event'),
    body: { kind: 'bytes', payload: reader.rest() }
  };
}

function readUserBroadcastPush(reader: ByteReader): ClientMessage {
  const joinRefLength = reader.byte('the length of join_ref');
  const refLength = reader.byte('the length of ref');
  const topicLength = reader.byte('the length of topic');
  const eventLength = reader.byte('the length of event');
  const metadataLength = reader.byte('the length of metadata');
  const encoding = reader.byte('the encoding');
  const joinRef = reader.text(joinRefLength, 'join_ref') || null;
  const ref = reader.text(refLength, 'ref') || null;
  const topic = reader.text(topicLength, 'topic');
  const event = reader.text(eventLength, 'event');
  const metadata = readMetadata(reader.text(metadataLength, 'metadata'));
  return {
    joinRef,
    ref,
    topic,
    event: EVENT.broadcast,
    body: {
      kind: 'broadcast',
      event,
      encoding: encoding === ENCODING.binary ? 'binary' : 'json',
      payload: reader.rest(),
      metadata
    }
  };
}

function readMetadata(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedFrame('metadata is not JSON', { cause });
  }
}

export function encodeUserBroadcast({ topic, event, encoding, payload, meta }: UserBroadcast): Buffer {
  return binaryFrame(
    KIND.userBroadcast,
    [
      ['topic', topic],
      ['event', event],
      ['metadata', meta ? JSON.stringify(meta) : '']
    ],
    [ENCODING[encoding]],
    payload
  );
}
