/** Every message of the protocol as it is on the wire, in both versions: what the client sends, and what it is sent. */
import { describe, expect, test } from 'vitest';
import { codecFor, push } from '../../supabase/embedded/realtime/protocol/codec.ts';
import { EVENT, PHX } from '../../supabase/embedded/realtime/protocol/events.ts';
import { MalformedFrame, type ServerMessage } from '../../supabase/embedded/realtime/protocol/message.ts';
import { replyTo } from '../../supabase/embedded/realtime/protocol/reply.ts';
import { sharedBroadcast, sharedPush } from '../../supabase/embedded/realtime/protocol/shared-frame.ts';

const v1 = codecFor('1.0.0')!;
const v2 = codecFor('2.0.0')!;
const TOPIC = 'realtime:a';

/** Text of 2.0.0, text of 1.0.0, and what both mean. */
const FROM_CLIENT: [event: string, v2: string, v1: string, message: object][] = [
  [
    PHX.join,
    '["1","1","realtime:a","phx_join",{"config":{"private":true},"access_token":"t"}]',
    '{"topic":"realtime:a","event":"phx_join","payload":{"config":{"private":true},"access_token":"t"},"ref":"1","join_ref":"1"}',
    { joinRef: '1', ref: '1', topic: TOPIC, event: 'phx_join', payload: { config: { private: true }, access_token: 't' } }
  ],
  [
    PHX.leave,
    '["1","2","realtime:a","phx_leave",{}]',
    '{"topic":"realtime:a","event":"phx_leave","payload":{},"ref":"2","join_ref":"1"}',
    { joinRef: '1', ref: '2', topic: TOPIC, event: 'phx_leave', payload: {} }
  ],
  [
    PHX.heartbeat,
    '[null,"3","phoenix","heartbeat",{}]',
    '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"3","join_ref":null}',
    { joinRef: null, ref: '3', topic: 'phoenix', event: 'heartbeat', payload: {} }
  ],
  [
    EVENT.accessToken,
    '["1","4","realtime:a","access_token",{"access_token":"t"}]',
    '{"topic":"realtime:a","event":"access_token","payload":{"access_token":"t"},"ref":"4","join_ref":"1"}',
    { joinRef: '1', ref: '4', topic: TOPIC, event: 'access_token', payload: { access_token: 't' } }
  ],
  [
    EVENT.broadcast,
    '["1","5","realtime:a","broadcast",{"type":"broadcast","event":"e","payload":{"n":1}}]',
    '{"topic":"realtime:a","event":"broadcast","payload":{"type":"broadcast","event":"e","payload":{"n":1}},"ref":"5","join_ref":"1"}',
    { joinRef: '1', ref: '5', topic: TOPIC, event: 'broadcast', payload: { type: 'broadcast', event: 'e', payload: { n: 1 } } }
  ],
  [
    EVENT.presence,
    '["1","6","realtime:a","presence",{"type":"presence","event":"track","payload":{"on":true}}]',
    '{"topic":"realtime:a","event":"presence","payload":{"type":"presence","event":"track","payload":{"on":true}},"ref":"6","join_ref":"1"}',
    {
      joinRef: '1',
      ref: '6',
      topic: TOPIC,
      event: 'presence',
      payload: { type: 'presence', event: 'track', payload: { on: true } }
    }
  ]
];

describe.each(FROM_CLIENT)('%s from the client', (_event, text2, text1, { payload, ...head }: { payload?: unknown }) => {
  const message = { ...head, body: { kind: 'json', payload } };
  test('2.0.0', () => expect(v2.decode(Buffer.from(text2), false)).toEqual(message));
  test('1.0.0', () => expect(v1.decode(Buffer.from(text1), false)).toEqual(message));
  test('in the other version it is no message', () => {
    expect(() => v1.decode(Buffer.from(text2), false)).toThrow(MalformedFrame);
    expect(() => v2.decode(Buffer.from(text1), false)).toThrow(MalformedFrame);
  });
});

const asked = { joinRef: '1', ref: '2', topic: TOPIC };
const meta = { phx_ref: 'F1', on: true };

const TO_CLIENT: [what: string, message: ServerMessage, v2: string, v1: string][] = [
  [
    'phx_reply ok',
    replyTo(asked, { status: 'ok', response: { postgres_changes: [{ id: 7, event: '*', schema: 'public' }] } }),
    '["1","2","realtime:a","phx_reply",{"status":"ok","response":{"postgres_changes":[{"id":7,"event":"*","schema":"public"}]}}]',
    '{"topic":"realtime:a","event":"phx_reply","payload":{"status":"ok","response":{"postgres_changes":[{"id":7,"event":"*","schema":"public"}]}},"ref":"2"}'
  ],
  [
    'phx_reply error',
    replyTo(asked, { status: 'error', response: { reason: 'PrivateOnly: "x"' } }),
    '["1","2","realtime:a","phx_reply",{"status":"error","response":{"reason":"PrivateOnly: \\"x\\""}}]',
    '{"topic":"realtime:a","event":"phx_reply","payload":{"status":"error","response":{"reason":"PrivateOnly: \\"x\\""}},"ref":"2"}'
  ],
  [
    'the answer to a heartbeat',
    replyTo({ joinRef: null, ref: '3', topic: 'phoenix' }, { status: 'ok' }),
    '[null,"3","phoenix","phx_reply",{"status":"ok","response":{}}]',
    '{"topic":"phoenix","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"3"}'
  ],
  [
    'phx_close',
    { joinRef: '1', ref: '1', topic: TOPIC, event: PHX.close, payload: {} },
    '["1","1","realtime:a","phx_close",{}]',
    '{"topic":"realtime:a","event":"phx_close","payload":{},"ref":"1"}'
  ],
  [
    'phx_error',
    { joinRef: '1', ref: '1', topic: TOPIC, event: PHX.error, payload: {} },
    '["1","1","realtime:a","phx_error",{}]',
    '{"topic":"realtime:a","event":"phx_error","payload":{},"ref":"1"}'
  ],
  [
    'presence_state',
    push(TOPIC, EVENT.presenceState, { ann: { metas: [meta] } }, '1'),
    '["1",null,"realtime:a","presence_state",{"ann":{"metas":[{"phx_ref":"F1","on":true}]}}]',
    '{"topic":"realtime:a","event":"presence_state","payload":{"ann":{"metas":[{"phx_ref":"F1","on":true}]}},"ref":null}'
  ],
  [
    'presence_diff',
    push(TOPIC, EVENT.presenceDiff, { joins: { ann: { metas: [{ ...meta, phx_ref_prev: 'F0' }] } }, leaves: {} }),
    '[null,null,"realtime:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"F1","on":true,"phx_ref_prev":"F0"}]}},"leaves":{}}]',
    '{"topic":"realtime:a","event":"presence_diff","payload":{"joins":{"ann":{"metas":[{"phx_ref":"F1","on":true,"phx_ref_prev":"F0"}]}},"leaves":{}},"ref":null}'
  ],
  [
    'system',
    push(
      TOPIC,
      EVENT.system,
      { extension: 'system', status: 'error', message: 'Token has expired 0 seconds ago', channel: 'a' },
      '1'
    ),
    '["1",null,"realtime:a","system",{"extension":"system","status":"error","message":"Token has expired 0 seconds ago","channel":"a"}]',
    '{"topic":"realtime:a","event":"system","payload":{"extension":"system","status":"error","message":"Token has expired 0 seconds ago","channel":"a"},"ref":null}'
  ],
  [
    'postgres_changes',
    push(TOPIC, EVENT.postgresChanges, {
      ids: [7],
      data: { schema: 'public', table: 't', type: 'DELETE', old_record: { id: 1 }, errors: null }
    }),
    '[null,null,"realtime:a","postgres_changes",{"ids":[7],"data":{"schema":"public","table":"t","type":"DELETE","old_record":{"id":1},"errors":null}}]',
    '{"topic":"realtime:a","event":"postgres_changes","payload":{"ids":[7],"data":{"schema":"public","table":"t","type":"DELETE","old_record":{"id":1},"errors":null}},"ref":null}'
  ]
];

describe.each(TO_CLIENT)('%s to the client', (_what, message, text2, text1) => {
  test('2.0.0', () => expect(v2.encode(message)).toEqual({ binary: false, data: Buffer.from(text2) }));
  test('1.0.0', () => expect(v1.encode(message)).toEqual({ binary: false, data: Buffer.from(text1) }));
});

test('no event is left out', () => {
  const seen = [...FROM_CLIENT.map(([event]) => event), ...TO_CLIENT.map(([, { event }]) => event)];
  expect([...Object.values(PHX), ...Object.values(EVENT)].filter((event) => !seen.includes(event))).toEqual([]);
});

describe('one frame for all who get the same', () => {
  test.each([
    ['a broadcast', sharedBroadcast({ topic: TOPIC, event: 'e', encoding: 'json', payload: Buffer.from('{}') })],
    ['a push', sharedPush(TOPIC, EVENT.presenceDiff, { joins: {}, leaves: {} })]
  ])('%s is encoded once in each version', (_what, frame) => {
    expect(frame.for(v1)).toBe(frame.for(v1));
    expect(frame.for(v2)).toBe(frame.for(v2));
    expect(frame.for(v1)).not.toBe(frame.for(v2));
  });
});

test("kinds of binary frames that are the server's, or nobody's, are refused", () => {
  for (let kind = 0; kind < 256; kind += 1) {
    // These two are in codec.test.ts.
    if (kind === 0 || kind === 3) continue;
    expect(() => v2.decode(Buffer.from([kind, 0, 0, 0, 0, 0, 0]), true)).toThrow(`kind ${kind} is not one that clients send`);
  }
});
