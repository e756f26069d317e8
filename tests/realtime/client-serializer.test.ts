/** The server's codec against the serializer of the real client: what one writes, the other reads, whatever it is. */
import serializer from '@supabase/realtime-js/dist/main/lib/serializer.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecFor, push } from '../../supabase/embedded/realtime/protocol/codec.ts';

const v2 = codecFor('2.0.0')!;
// The module is CommonJS: Node gives the whole of it, a bundler its default.
const Serializer = serializer.default ?? (serializer as unknown as typeof serializer.default);
const client = new Serializer();

const encode = (message: object) => client.encode(message as never, (frame) => frame);
const decode = (frame: ArrayBuffer | string) => client.decode(frame, (message: unknown) => message) as Record<string, unknown>;

/** Text that a header's one-byte length can count. */
const shortText = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => Buffer.byteLength(text) <= 255);
const ref = fc.option(fc.integer({ min: 1 }).map(String), { nil: null });
const topic = shortText.map((name) => `realtime:${name}`).filter((name) => Buffer.byteLength(name) <= 255);
/** As it is after JSON: -0 is 0, and undefined nothing. */
const json = fc.jsonValue({ maxDepth: 4 });
const bytes = fc.uint8Array({ maxLength: 300 });

function arrayBuffer(buffer: Buffer): ArrayBuffer {
  return Uint8Array.from(buffer).buffer;
}

describe('what the client sends is read', () => {
  test('JSON in a broadcast', () => {
    fc.assert(
      fc.property(ref, ref, topic, shortText, json, (joinRef, id, name, event, payload) => {
        const frame = encode({
          join_ref: joinRef,
          ref: id,
          topic: name,
          event: 'broadcast',
          payload: { type: 'broadcast', event, payload }
        });
        const { body, ...head } = v2.decode(Buffer.from(frame as ArrayBuffer), true);
        expect(head).toEqual({ joinRef, ref: id, topic: name, event: 'broadcast' });
        if (body.kind !== 'broadcast') return expect.fail(body.kind);
        expect(body).toMatchObject({ event, encoding: 'json', metadata: {} });
        expect(body.payload.toString()).toBe(JSON.stringify(payload ?? {}));
      })
    );
  });

  test('bytes in a broadcast, to be stored or not', () => {
    fc.assert(
      fc.property(topic, shortText, bytes, fc.option(fc.integer({ min: 1, max: 1e6 })), (name, event, content, ttl) => {
        const persist = ttl === null ? {} : { persist: { ttl } };
        const payload = { type: 'broadcast', event, payload: content.slice().buffer, ...persist };
        const frame = encode({ join_ref: '1', ref: '2', topic: name, event: 'broadcast', payload });
        expect(v2.decode(Buffer.from(frame as ArrayBuffer), true)).toMatchObject({
          topic: name,
          body: { kind: 'broadcast', event, encoding: 'binary', payload: Buffer.from(content), metadata: persist }
        });
      })
    );
  });

  test('everything else', () => {
    fc.assert(
      fc.property(ref, ref, topic, shortText, json, (joinRef, id, name, event, payload) => {
        fc.pre(event !== 'broadcast');
        const frame = encode({ join_ref: joinRef, ref: id, topic: name, event, payload });
        expect(v2.decode(Buffer.from(frame as string), false)).toEqual({
          joinRef,
          ref: id,
          topic: name,
          event,
          body: { kind: 'json', payload: JSON.parse(JSON.stringify(payload)) as unknown }
        });
      })
    );
  });
});

describe('what the client is sent is read by it', () => {
  test('broadcasts of JSON, also those whose names are too long for a header', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(anyText, anyText, json, fc.option(fc.uuid()), (name, event, payload, id) => {
        const meta = id === null ? {} : { meta: { id } };
        const broadcast = {
          topic: name,
          event,
          encoding: 'json' as const,
          payload: Buffer.from(JSON.stringify(payload)),
          ...meta
        };
        const frame = v2.encodeBroadcast(broadcast)!;
        expect(decode(frame.binary ? arrayBuffer(frame.data) : frame.data.toString())).toEqual({
          join_ref: null,
          ref: null,
          topic: name,
          event: 'broadcast',
          payload: { type: 'broadcast', event, payload: JSON.parse(JSON.stringify(payload)) as unknown, ...meta }
        });
      })
    );
  });

  test('broadcasts of bytes', () => {
    fc.assert(
      fc.property(topic, shortText, bytes, (name, event, content) => {
        const frame = v2.encodeBroadcast({ topic: name, event, encoding: 'binary', payload: Buffer.from(content) })!;
        const { payload } = decode(arrayBuffer(frame.data)) as { payload: { event: string; payload: ArrayBuffer } };
        expect(payload.event).toBe(event);
        expect(Buffer.from(payload.payload)).toEqual(Buffer.from(content));
      })
    );
  });

  test('pushes', () => {
    fc.assert(
      fc.property(ref, topic, shortText, json, (joinRef, name, event, payload) => {
        expect(decode(v2.encode(push(name, event, payload, joinRef)).data.toString())).toEqual({
          join_ref: joinRef,
          ref: null,
          topic: name,
          event,
          payload: JSON.parse(JSON.stringify(payload)) as unknown
        });
      })
    );
  });
});

test('whatever the bytes are, reading them gives a message or says that they are none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (content, binary) => {
      try {
        v2.decode(Buffer.from(content), binary);
      } catch (error) {
        expect((error as Error).name).toBe('MalformedFrame');
      }
    })
  );
});
