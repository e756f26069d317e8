import { describe, expect, test } from 'vitest';
import type { NegotiationStatus, Offer, Party } from '#lib/api/negotiations.ts';
import { amountInput, parseAmount } from '#lib/format/amount-input.ts';
import { timeLeft } from '#lib/format/time-left.ts';
import { KnownHeads } from '#lib/market/known-heads.ts';
import { dealMoves, listingMoves, offerMoves, standingOffer } from '#lib/market/moves.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

const offer = (seq: number, party: Party, status: NegotiationStatus = 'open', expiresInMs = 60_000): Offer => ({
  seq,
  party,
  amountMinor: 1_000,
  currency: 'EUR',
  answers: null,
  status,
  createdAt: NOW,
  expiresAt: new Date(NOW.getTime() + expiresInMs)
});

describe('an amount that somebody types', () => {
  test.each([
    ['12.50', 'EUR', 1_250],
    ['12,5', 'EUR', 1_250],
    ['12', 'EUR', 1_200],
    ['1 250', 'EUR', 125_000],
    ['1,250', 'EUR', 125_000],
    ['1.250,00', 'EUR', 125_000],
    ['1’250.05', 'CHF', 125_005],
    ['1,250', 'JPY', 1_250],
    ['1.250', 'KWD', 1_250],
    ['0', 'EUR', 0],
    ['', 'EUR', null],
    ['twelve', 'EUR', null],
    ['-3', 'EUR', null],
    ['1.2.3', 'EUR', null],
    ['12.50', 'JPY', null],
    ['99999999999999999', 'EUR', null]
  ])('%s in %s is %s', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  test('stands in a field as it can be typed', () => {
    for (const [minor, currency] of [
      [1_250, 'EUR'],
      [1_250, 'JPY'],
      [1_250, 'KWD'],
      [5, 'EUR']
    ] as const)
      expect(parseAmount(amountInput(minor, currency), currency)).toBe(minor);
  });
});

describe('what can be done with offers', () => {
  test.each<[name: string, status: NegotiationStatus, offers: Offer[], buyer: string[], seller: string[]]>([
    ['before the first one', 'open', [], ['make'], ['make']],
    ['with one of the buyer', 'open', [offer(2, 'buyer')], ['withdraw'], ['accept', 'counter', 'reject']],
    [
      'with a counter offer',
      'countered',
      [offer(2, 'buyer', 'countered'), offer(3, 'seller')],
      ['accept', 'counter', 'reject'],
      ['withdraw']
    ],
    ['with one whose time is over', 'open', [offer(2, 'buyer', 'open', 0)], [], []],
    ['afterwards', 'rejected', [offer(2, 'buyer', 'rejected')], [], []]
  ])('%s', (_name, status, offers, buyer, seller) => {
    expect(offerMoves({ status, offers }, 'buyer', NOW)).toEqual(buyer);
    expect(offerMoves({ status, offers }, 'seller', NOW)).toEqual(seller);
  });

  test('the one that stands is the open one, until its time is over', () => {
    const offers = [offer(2, 'buyer', 'countered'), offer(3, 'seller')];
    expect(standingOffer({ offers }, NOW)?.seq).toBe(3);
    expect(standingOffer({ offers }, new Date(NOW.getTime() + 60_000))).toBeNull();
  });
});

test('each side of a deal says what it has received', () => {
  expect(dealMoves({ status: 'created' }, 'seller')).toContain('paid');
  expect(dealMoves({ status: 'created' }, 'buyer')).toEqual(['cancelled']);
  expect(dealMoves({ status: 'paid' }, 'buyer')).toEqual(['completed']);
  expect(dealMoves({ status: 'completed' }, 'seller')).toEqual([]);
});

test('what is sold stays sold; what is withdrawn can come back', () => {
  expect(listingMoves('sold')).toEqual([]);
  expect(listingMoves('withdrawn')).toEqual(['active']);
});

test('how long an offer still stands', () => {
  const left = (ms: number) => timeLeft(new Date(NOW.getTime() + ms), NOW, 'en');
  expect([left(3 * 86_400_000), left(5_400_000), left(59_000), left(-5)]).toEqual([
    'in 3 days',
    'in 1 hour',
    'in 59 seconds',
    'in 0 seconds'
  ]);
});

test('the head of a chain is kept by negotiation; what cannot be read counts as nothing', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value)
  };
  const heads = new KnownHeads(storage);
  expect(heads.get('a')).toBeNull();
  heads.set('a', { seq: 3, hash: 'abc' });
  heads.set('b', { seq: 1, hash: 'def' });
  expect(new KnownHeads(storage).get('a')).toEqual({ seq: 3, hash: 'abc' });
  storage.setItem('parley.chain-heads', '{"a": 5}');
  expect(heads.get('a')).toBeNull();
});
