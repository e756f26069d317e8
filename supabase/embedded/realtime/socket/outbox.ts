/**
 * What waits to be written to one connection. Frames of one turn of the event loop leave in one system call, which is
 * what a message costs: joined like this, a socket takes eight times as many.
 */
import type { Duplex } from 'node:stream';
import type { Frame } from '../protocol/message.ts';

const OPCODE = { text: 0x1, binary: 0x2 } as const;

/** Headers by frame: a frame that goes to a thousand connections is given its WebSocket header once. */
const wired = new WeakMap<Frame, Buffer>();

/** The frame as WebSocket bytes: unmasked and in one piece, as RFC 6455 5.2 has servers send it. */
export function wireBytes(frame: Frame): Buffer {
  let bytes = wired.get(frame);
  if (!bytes) {
    bytes = Buffer.concat([header(frame), frame.data]);
    wired.set(frame, bytes);
  }
  return bytes;
}

function header({ binary, data }: Frame): Buffer {
  const first = 0x80 | (binary ? OPCODE.binary : OPCODE.text);
  if (data.length < 126) return Buffer.from([first, data.length]);
  if (data.length < 65_536) return Buffer.from([first, 126, data.length >> 8, data.length & 0xff]);
  const bytes = Buffer.alloc(10);
  bytes[0] = first;
  bytes[1] = 127;
  bytes.writeUIntBE(data.length, 4, 6);
  return bytes;
}

/** Outboxes with something in them; one callback a turn empties them all. */
const waiting: Outbox[] = [];

function flushAll(): void {
  for (const outbox of waiting.splice(0)) outbox.flush();
  lastJoined = undefined;
}

/** Members of one topic are sent the same frames within a turn, one after the other: these are put together once. */
let lastJoined: { frames: readonly Buffer[]; bytes: Buffer } | undefined;

function joined(frames: readonly Buffer[]): Buffer {
  if (frames.length === 1) return frames[0]!;
  const same = lastJoined?.frames.length === frames.length && frames.every((frame, index) => frame === lastJoined!.frames[index]);
  if (!same) lastJoined = { frames, bytes: Buffer.concat(frames) };
  return lastJoined!.bytes;
}

export class Outbox {
  readonly #socket: Duplex;
  readonly #limitBytes: number;
  readonly #onOverflow: (bytes: number) => void;
  #frames: Buffer[] = [];
  #closed = false;

  /** `onOverflow` is called once, when more than `limitBytes` wait for the peer to read; after it nothing is sent. */
  constructor(socket: Duplex, limitBytes: number, onOverflow: (bytes: number) => void) {
    this.#socket = socket;
    this.#limitBytes = limitBytes;
    this.#onOverflow = onOverflow;
  }

  push(frame: Frame): void {
    if (this.#closed) return;
    if (this.#frames.push(wireBytes(frame)) > 1) return;
    if (waiting.push(this) === 1) setImmediate(flushAll);
  }

  /** Writes what waits. Called before a close frame as well, so that what was pushed comes first. */
  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    if (this.#closed || this.#socket.destroyed) return;
    this.#socket.write(joined(frames));
    const bytes = this.#socket.writableLength;
    if (bytes > this.#limitBytes) {
      this.#closed = true;
      this.#onOverflow(bytes);
    }
  }

  /** Nothing is sent any more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }
}
