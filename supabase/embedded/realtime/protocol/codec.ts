/** The two versions of the protocol side by side. A connection picks one when it opens and never leaves it. */
import { decodeBinary, encodeUserBroadcast } from './binary.ts';
import { EVENT } from './events.ts';
import { type ClientMessage, type Frame, MalformedFrame, RawJson, type ServerMessage, type UserBroadcast } from './message.ts';
import { decodeTextArray, decodeTextObject, encodeTextArray, encodeTextObject } from './text.ts';

export type Version = '1.0.0' | '2.0.0';

export interface Codec {
  version: Version;
  /** Throws MalformedFrame. */
  decode(data: Buffer, binary: boolean): ClientMessage;
  encode(message: ServerMessage): Frame;
  /** Null when this version cannot carry it: bytes in 1.0.0. */
  encodeBroadcast(broadcast: UserBroadcast): Frame | null;
}

const v1: Codec = {
  version: '1.0.0',
  decode(data, binary) {
    if (binary) throw new MalformedFrame('binary frames need vsn=2.0.0');
    return decodeTextObject(data.toString());
  },
  encode: (message) => ({ binary: false, data: encodeTextObject(message) }),
  encodeBroadcast(broadcast) {
    if (broadcast.encoding === 'binary') return null;
    return this.encode(push(broadcast.topic, EVENT.broadcast, broadcastJson(broadcast)));
  }
};

const v2: Codec = {
  version: '2.0.0',
  decode: (data, binary) => (binary ? decodeBinary(data) : decodeTextArray(data.toString())),
  encode: (message) => ({ binary: false, data: encodeTextArray(message) }),
  encodeBroadcast(broadcast) {
    // The header's lengths are single bytes. What does not fit, a client can still read as text.
    if (fitsHeader(broadcast)) return { binary: true, data: encodeUserBroadcast(broadcast) };
    if (broadcast.encoding === 'binary') return null;
    return this.encode(push(broadcast.topic, EVENT.broadcast, broadcastJson(broadcast)));
  }
};

/** Null for a version that does not exist. Without one it is 1.0.0, as ever. */
export function codecFor(version: string | null | undefined): Codec | null {
  if (version === null || version === undefined || version === '1.0.0') return v1;
  return version === '2.0.0' ? v2 : null;
}

/** A message of the server's own accord, to whoever is on the topic. */
export function push(topic: string, event: string, payload: unknown, joinRef: string | null = null): ServerMessage {
  return { joinRef, ref: null, topic, event, payload };
}

/** `{type, event, payload, meta?}` around a payload that stays the text it was. */
export function broadcastJson({ event, payload, meta }: UserBroadcast): RawJson {
  const tail = meta ? `,"meta":${JSON.stringify(meta)}` : '';
  return new RawJson(`{"type":"broadcast","event":${JSON.stringify(event)},"payload":${payload.toString()}${tail}}`);
}

function fitsHeader({ topic, event, meta }: UserBroadcast): boolean {
  return (
    Buffer.byteLength(topic) <= 255 &&
    Buffer.byteLength(event) <= 255 &&
    (!meta || Buffer.byteLength(JSON.stringify(meta)) <= 255)
  );
}
