/** Every frame as bytes, both ways. */
import { describe, expect, test } from 'vitest';
import { codecFor, push } from '../../supabase/embedded/realtime/protocol/codec.ts';
import { MalformedFrame, RawJson } from '../../supabase/embedded/realtime/protocol/message.ts';
import { replyTo } from '../../supabase/embedded/realtime/protocol/reply.ts';

const v1 = codecFor('1.0.0')!;
const v2 = codecFor('2.0.0')!;
const bytes = (...parts: (number | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

test('the version is 1.0.0 when none is named, and no other than these', () => {
  expect(codecFor(undefined)).toBe(v1);
  expect(codecFor(null)).toBe(v1);
  expect(codecFor('3.0.0')).toBeNull();
});

describe('text from the client', () => {
  const join = {
    joinRef: '1',
    ref: '2',
    topic: 'realtime:a',
    event: 'phx_join',
    body: { kind: 'json', payload: { config: {} } }
  };

  test('is an array in 2.0.0', () => {
    expect(v2.decode(Buffer.from('["1","2","realtime:a","phx_join",{"config":{}}]'), false)).toEqual(join);
    expect(v2.decode(Buffer.from('[null,"3","phoenix","heartbeat",{}]'), false)).toMatchObject({ joinRef: null, ref: '3' });
  });

  test('is an object in 1.0.0', () => {
    const text = '{"topic":"realtime:a","event":"phx_join","payload":{"config":{}},"ref":"2","join_ref":"1"}';
    expect(v1.decode(Buffer.from(text), false)).toEqual(join);
    expect(v1.decode(Buffer.from('{"topic":"phoenix","event":"heartbeat","payload":{},"ref":3}'), false)).toMatchObject({
      joinRef: null,
      ref: '3'
    });
  });

  test.each([
    '',
    '{',
    'null',
    '7',
    '"x"',
    '[]',
    '["1","2","t"]',
    '[1,2,3,4,5]',
    '{"topic":"t"}',
    '["1","2","t",null,{}]',
    '[{},"2","t","e",{}]'
  ])('that is no frame is refused: %s', (text) => {
    expect(() => v2.decode(Buffer.from(text), false)).toThrow(MalformedFrame);
    expect(() => v1.decode(Buffer.from(text), false)).toThrow(MalformedFrame);
  });
});

describe('bytes from the client', () => {
  test('kind 3 with JSON', () => {
    const frame = bytes(3, 1, 2, 10, 6, 0, 1, '7', '42', 'realtime:a', 'typing', '{"on":true}');
    expect(v2.decode(frame, true)).toEqual({
      joinRef: '7',
      ref: '42',
      topic: 'realtime:a',
      event: 'broadcast',
      body: { kind: 'broadcast', event: 'typing', encoding: 'json', payload: Buffer.from('{"on":true}'), metadata: {} }
    });
  });

  test('kind 3 with bytes, metadata and letters of several bytes', () => {
    const metadata = '{"persist":true}';
    const frame = bytes(3, 1, 1, 12, 6, metadata.length, 0, '7', '8', 'realtime:ü', '✓é!', metadata, 0, 255);
    // 'realtime:ü' has 11 bytes; '✓é!' has 6.
    frame[3] = 11;
    expect(v2.decode(frame, true)).toMatchObject({
      topic: 'realtime:ü',
      body: { event: '✓é!', encoding: 'binary', payload: Buffer.from([0, 255]), metadata: { persist: true } }
    });
  });

  test('kind 3 without refs and payload', () => {
    expect(v2.decode(bytes(3, 0, 0, 1, 1, 0, 1, 't', 'e'), true)).toMatchObject({
      joinRef: null,
      ref: null,
      body: { payload: Buffer.alloc(0) }
    });
  });

  test('kind 0', () => {
    expect(v2.decode(bytes(0, 1, 1, 1, 4, '1', '2', 't', 'blob', 9, 8), true)).toEqual({
      joinRef: '1',
      ref: '2',
      topic: 't',
      event: 'blob',
      body: { kind: 'bytes', payload: Buffer.from([9, 8]) }
    });
  });

  test('that end too early, of an unknown kind, or with broken metadata are refused, as is any in 1.0.0', () => {
    const whole = bytes(3, 1, 2, 10, 6, 0, 1, '7', '42', 'realtime:a', 'typing');
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => v2.decode(whole.subarray(0, length), true), `${length} bytes`).toThrow(MalformedFrame);
    }
    expect(() => v2.decode(bytes(4, 0, 0, 0, 0), true)).toThrow(/kind 4/);
    expect(() => v2.decode(bytes(3, 0, 0, 0, 0, 1, 1, '{'), true)).toThrow(/metadata is not JSON/);
    expect(() => v1.decode(whole, true)).toThrow(/vsn=2.0.0/);
  });
});

describe('to the client', () => {
  const reply = replyTo({ joinRef: '1', ref: '2', topic: 'realtime:a' }, { status: 'ok', response: { postgres_changes: [] } });

  test('replies', () => {
    expect(v2.encode(reply)).toEqual({
      binary: false,
      data: Buffer.from('["1","2","realtime:a","phx_reply",{"status":"ok","response":{"postgres_changes":[]}}]')
    });
    expect(v1.encode(reply).data.toString()).toBe(
      '{"topic":"realtime:a","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[]}},"ref":"2"}'
    );
  });

  test('pushes, with ready-made JSON left as it is', () => {
    const message = push('realtime:a', 'broadcast', new RawJson('{"n": 1.50}'), '1');
    expect(v2.encode(message).data.toString()).toBe('["1",null,"realtime:a","broadcast",{"n": 1.50}]');
    expect(v1.encode(message).data.toString()).toBe(
      '{"topic":"realtime:a","event":"broadcast","payload":{"n": 1.50},"ref":null}'
    );
  });

  test('broadcasts: kind 4 in 2.0.0, text in 1.0.0', () => {
    const broadcast = {
      topic: 'realtime:a',
      event: 'typing',
      encoding: 'json' as const,
      payload: Buffer.from('{"on": true}'),
      meta: { id: 'x' }
    };
    expect(v2.encodeBroadcast(broadcast)).toEqual({
      binary: true,
      data: bytes(4, 10, 6, 10, 1, 'realtime:a', 'typing', '{"id":"x"}', '{"on": true}')
    });
    expect(v1.encodeBroadcast(broadcast)!.data.toString()).toBe(
      '{"topic":"realtime:a","event":"broadcast","payload":{"type":"broadcast","event":"typing","payload":{"on": true},"meta":{"id":"x"}},"ref":null}'
    );
  });

  test('broadcasts of bytes, which 1.0.0 cannot carry', () => {
    const broadcast = { topic: 't', event: 'e', encoding: 'binary' as const, payload: Buffer.from([1, 2]) };
    expect(v2.encodeBroadcast(broadcast)).toEqual({ binary: true, data: bytes(4, 1, 1, 0, 0, 't', 'e', 1, 2) });
    expect(v1.encodeBroadcast(broadcast)).toBeNull();
  });

  test('a header that a byte cannot count goes as text', () => {
    const topic = `realtime:${'ü'.repeat(130)}`;
    const frame = v2.encodeBroadcast({ topic, event: 'e', encoding: 'json', payload: Buffer.from('1') })!;
    expect(frame.binary).toBe(false);
    expect(JSON.parse(frame.data.toString())).toEqual([
      null,
      null,
      topic,
      'broadcast',
      { type: 'broadcast', event: 'e', payload: 1 }
    ]);
  });
});
