/** A message to many: encoded once per protocol version, however many receive it. */
import { type Codec, push, type Version } from './codec.ts';
import type { Frame, RawJson, UserBroadcast } from './message.ts';

export interface SharedFrame {
  /** Null when this version cannot carry the message. */
  for(codec: Codec): Frame | null;
}

export function sharedBroadcast(broadcast: UserBroadcast): SharedFrame {
  return shared((codec) => codec.encodeBroadcast(broadcast));
}

/** `payload` is an object, or the JSON text of one. */
export function sharedPush(topic: string, event: string, payload: object | RawJson): SharedFrame {
  return shared((codec) => codec.encode(push(topic, event, payload)));
}

function shared(encode: (codec: Codec) => Frame | null): SharedFrame {
  const frames: Partial<Record<Version, Frame | null>> = {};
  return {
    for(codec) {
      return (frames[codec.version] ??= encode(codec));
    }
  };
}
