import { describe, expect, test } from 'vitest';
import { reachOf, statusAt } from '../../web/lib/chat/record/message-status.ts';
import { ALICE, BOB, CAROL, header, record } from './support/rows.ts';

const mark = (delivered_seq: number, read_seq: number) => ({ delivered_seq, delivered_at: null, read_seq, read_at: null });
const statuses = (others: [string, number, number][], changes = {}) => {
  const watermarks = new Map([
    [ALICE, mark(9, 9)],
    ...others.map(([id, delivered, read]) => [id, mark(delivered, read)] as const)
  ]);
  const reach = reachOf(record(3, { watermarks, ...changes }), ALICE);
  return [1, 2, 3].map((seq) => statusAt(reach, seq));
};

describe('an own message', () => {
  test.each<[name: string, others: [string, number, number][], expected: string[]]>([
    ['direct: follows the partner', [[BOB, 2, 1]], ['read', 'delivered', 'sent']],
    [
      'group: delivered to all, read by all',
      [
        [BOB, 3, 3],
        [CAROL, 2, 1]
      ],
      ['read', 'delivered', 'sent']
    ],
    ['nobody else is there: sent', [], ['sent', 'sent', 'sent']]
  ])('%s', (_name, others, expected) => {
    expect(statuses(others)).toEqual(expected);
  });

  test('one’s own watermark says nothing', () => {
    expect(statuses([[BOB, 0, 0]])).toEqual(['sent', 'sent', 'sent']);
  });

  test('in a large conversation stays sent', () => {
    const large = { header: header({ last_seq: 3, is_large: true }), membersKnown: false };
    expect(statuses([[BOB, 3, 3]], large)).toEqual(['sent', 'sent', 'sent']);
  });
});
