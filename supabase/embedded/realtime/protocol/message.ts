/** The frame, whatever it is encoded as: what a client sends, and what it is sent. */

/** A broadcast's own payload, as it came: JSON text or raw bytes, never parsed by the server. */
export interface UserBroadcast {
  /** On the wire, with the prefix. */
  topic: string;
  event: string;
  encoding: 'json' | 'binary';
  payload: Buffer;
  /** `{id}` for what came from the database, with `replayed: true` for what was replayed. */
  meta?: Readonly<Record<string, unknown>>;
}

/** What a client sent. `body` says which of the forms the payload has. */
export interface ClientMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  body: ClientBody;
}

export type ClientBody =
  | { kind: 'json'; payload: unknown }
  | { kind: 'broadcast'; event: string; encoding: 'json' | 'binary'; payload: Buffer; metadata: unknown }
  | { kind: 'bytes'; payload: Buffer };

/** What the server sends to one channel: pushes have no `ref`, replies have the one of what they answer. */
export interface ServerMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  /** Anything that JSON can hold, or JSON text that is ready made. */
  payload: unknown;
}

/** JSON text to be put into a frame as it is. */
export class RawJson {
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Made once, for frames that differ only in what is around it. */
  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.text));
  }
}

/** One WebSocket message. */
export interface Frame {
  binary: boolean;
  data: Buffer;
}

/** The bytes are not a frame of this protocol. The connection goes on; the frame is dropped. */
export class MalformedFrame extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MalformedFrame';
  }
}
