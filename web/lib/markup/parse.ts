import { Lexer, type Token, type Tokens } from 'marked';
import { ChatTokenizer } from './chat-tokenizer.ts';
import type { Block, Inline } from './tree.ts';

const MARKS = /[*_~`]|^ {0,3}(?:>|[-*] |\d{1,3}[.)] )/m;

/** So many texts are remembered: rows come and go while one scrolls. */
const REMEMBERED = 500;
const remembered = new Map<string, readonly Block[]>();

/** Reads a message's text. Whatever it is, all of it is in the tree; what cannot be read is one paragraph of text. */
export function parseMarkup(text: string): readonly Block[] {
  // Most texts have none.
  if (!MARKS.test(text)) return plain(text);
  const known = remembered.get(text);
  if (known) return known;
  const blocks = read(text);
  if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value!);
  remembered.set(text, blocks);
  return blocks;
}

const plain = (text: string): readonly Block[] => [{ type: 'paragraph', children: [{ type: 'text', text }] }];

function read(text: string): readonly Block[] {
  try {
    const lexer = new Lexer({ gfm: true, tokenizer: new ChatTokenizer() });
    return blocksOf(lexer.lex(text));
  } catch {
    return plain(text);
  }
}

/** Paragraphs that follow each other are one, with the line ends that stand between them. */
function blocksOf(tokens: readonly Token[]): readonly Block[] {
  const blocks: Block[] = [];
  let open: Inline[] = [];
  const close = () => {
    const children = withoutEnd(withoutStart(open));
    if (children.length > 0) blocks.push({ type: 'paragraph', children });
    open = [];
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'code':
        close();
        blocks.push({ type: 'code', language: (token as Tokens.Code).lang ?? '', text: (token as Tokens.Code).text });
        break;
      case 'blockquote':
        close();
        blocks.push({ type: 'quote', children: blocksOf((token as Tokens.Blockquote).tokens) });
        break;
      case 'list': {
        close();
        const { ordered, start, items } = token as Tokens.List;
        blocks.push({ type: 'list', start: ordered ? Number(start) : null, items: items.map((item) => blocksOf(item.tokens)) });
        break;
      }
      default:
        open.push(...lineOf(token, needsLineEnd(open)));
    }
  }
  close();
  return blocks;
}

/** A line follows another one that has not ended. */
function needsLineEnd(open: readonly Inline[]): boolean {
  const last = open.at(-1);
  return last !== undefined && !(last.type === 'text' && /\n$|^\[[ xX]\] $/.test(last.text));
}

function lineOf(token: Token, follows: boolean): Inline[] {
  const { tokens, text } = token as Tokens.Paragraph;
  if (!tokens) return [{ type: 'text', text: token.raw }];
  const said = text ?? '';
  const end = token.raw.startsWith(said) ? token.raw.slice(said.length) : '';
  const before: Inline[] = follows ? [{ type: 'text', text: '\n' }] : [];
  const after: Inline[] = end === '' ? [] : [{ type: 'text', text: end }];
  return [...before, ...inlinesOf(tokens), ...after];
}

function inlinesOf(tokens: readonly Token[]): Inline[] {
  return tokens.map((token): Inline => {
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return { type: token.type, children: inlinesOf((token as Tokens.Strong).tokens) };
      case 'codespan':
        return { type: 'code', text: (token as Tokens.Codespan).text };
      default:
        return { type: 'text', text: token.raw };
    }
  });
}

function withoutStart(children: readonly Inline[]): readonly Inline[] {
  const first = children[0];
  if (first?.type !== 'text' || !first.text.startsWith('\n')) return children;
  const text = first.text.replace(/^\n+/, '');
  return text === '' ? withoutStart(children.slice(1)) : [{ type: 'text', text }, ...children.slice(1)];
}

/** Without line ends after the last word. */
function withoutEnd(children: readonly Inline[]): readonly Inline[] {
  const last = children.at(-1);
  if (last?.type !== 'text') return children;
  const text = last.text.trimEnd();
  if (text === '') return withoutEnd(children.slice(0, -1));
  return text === last.text ? children : [...children.slice(0, -1), { type: 'text', text }];
}
