import { describe, expect, test } from 'vitest';
import { parseMarkup } from '#lib/markup/parse.ts';
import { spansOf } from '#lib/markup/spans.ts';
import type { Block, Inline } from '#lib/markup/tree.ts';

const paragraph = (...children: Inline[]): Block => ({ type: 'paragraph', children });
const text = (said: string): Inline => ({ type: 'text', text: said });

const said = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      if (block.type === 'paragraph') return spoken(block.children);
      if (block.type === 'code') return block.text;
      if (block.type === 'quote') return said(block.children);
      return block.items.map(said).join('\n');
    })
    .join('\n');
const spoken = (inlines: readonly Inline[]): string =>
  inlines.map((inline) => ('children' in inline ? spoken(inline.children) : inline.text)).join('');

describe('markup', () => {
  test('bold, italic, strike and code', () => {
    expect(parseMarkup('a **b** _c_ ~~d~~ `e*f*`')).toEqual([
      paragraph(
        text('a '),
        { type: 'strong', children: [text('b')] },
        text(' '),
        { type: 'em', children: [text('c')] },
        text(' '),
        { type: 'del', children: [text('d')] },
        text(' '),
        { type: 'code', text: 'e*f*' }
      )
    ]);
  });

  test.each([
    '2*3*4',
    'snake_case_name',
    '¯\\_(ツ)_/¯',
    'about ~5 to ~6',
    '# not a heading',
    '    no code',
    '+ 5',
    '1986. What a year',
    '<b>bold</b> [a](javascript:alert(1)) ![i](u)',
    'a | b\n--|--\n1 | 2',
    '```',
    'one\n\n\ntwo'
  ])('leaves %j as it is', (written) => {
    expect(parseMarkup(written)).toHaveLength(1);
    expect(said(parseMarkup(written))).toBe(written);
  });

  test('a quote has the lines that begin with >, and none after them', () => {
    expect(parseMarkup('before\n> one\n> two\nafter')).toEqual([
      paragraph(text('before')),
      { type: 'quote', children: [paragraph(text('one\ntwo'))] },
      paragraph(text('after'))
    ]);
  });

  test('lists and code blocks', () => {
    expect(parseMarkup('3. a\n4. b\n```ts\nlet x;\n```')).toEqual([
      { type: 'list', start: 3, items: [[paragraph(text('a'))], [paragraph(text('b'))]] },
      { type: 'code', language: 'ts', text: 'let x;' }
    ]);
  });

  test.each([['>'.repeat(5000)], ['- '.repeat(2500)], ['*a **b '.repeat(700)], ['> - '.repeat(1200)], ['`'.repeat(4999)]])(
    'what is meant to hurt is a text: %#',
    (hostile) => {
      expect(said(parseMarkup(hostile)).replaceAll(/\s/g, '')).toContain(hostile.replaceAll(/\s/g, '').slice(-4));
    }
  );
});

describe('spans', () => {
  const bob = { id: 'b', handle: 'bob', displayName: 'Bob', avatarUrl: null };
  const names = { mentions: [{ handle: 'bob', person: bob, isMe: false }], channels: new Map([['harbour', 'c1']]) };

  test('names whom the message calls, and channels that one is in', () => {
    expect(spansOf('@bob @eve #harbour #other a@bob.org', names).map(({ type, text }) => [type, text])).toEqual([
      ['mention', '@bob'],
      ['text', ' @eve '],
      ['channel', '#harbour'],
      ['text', ' #other '],
      ['link', 'a@bob.org']
    ]);
  });
});
