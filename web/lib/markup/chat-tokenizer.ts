import { Tokenizer, type Tokens } from 'marked';

/** Deeper than this nobody means it. */
const TOO_DEEP = /^ {0,3}(?:(?:>|[-*]|\d+[.)]) *){5}/;
const QUOTED_LINES = /^(?: {0,3}>[^\n]*(?:\n|$))+/;
const WORD = /[\p{L}\p{N}]/u;

/**
 * What of Markdown people mean in a chat: bold, italic, strike, code, quotes and lists. Everything else is the text that it is: a
 * line that begins with # is no heading, indentation is no code, a table is no table, HTML is no HTML, and a link shows where it
 * leads.
 */
export class ChatTokenizer extends Tokenizer {
  override code = () => undefined;
  override heading = () => undefined;
  override hr = () => undefined;
  override html = () => undefined;
  override def = () => undefined;
  override table = () => undefined;
  override lheading = () => undefined;
  override escape = () => undefined;
  override tag = () => undefined;
  override link = () => undefined;
  override reflink = () => undefined;
  override br = () => undefined;
  override autolink = () => undefined;

  /** With nothing in it, it is no block of code: what was written would be gone. */
  override fences(src: string): Tokens.Code | undefined {
    const token = super.fences(src);
    return token && token.text.trim() !== '' ? token : undefined;
  }

  /** The lines that begin with >, and none after them. */
  override blockquote(src: string): Tokens.Blockquote | undefined {
    const lines = QUOTED_LINES.exec(src);
    return !lines || TOO_DEEP.test(src) ? undefined : super.blockquote(lines[0]);
  }

  /** "+ 5" is a number, and "1986. What a year" a sentence. */
  override list(src: string): Tokens.List | undefined {
    return TOO_DEEP.test(src) || /^ *(?:\+|\d{4})/.test(src) ? undefined : super.list(src);
  }

  /** Not within a word or a number: 2*3*4 is a product; nor after a backslash. */
  override emStrong(src: string, maskedSrc: string, prevChar?: string): Tokens.Em | Tokens.Strong | undefined {
    if (prevChar && (WORD.test(prevChar) || prevChar === '\\')) return undefined;
    const token = super.emStrong(src, maskedSrc, prevChar);
    const after = token && src[token.raw.length];
    return after && WORD.test(after) ? undefined : token;
  }

  /** One ~ says "about". */
  override del(src: string, maskedSrc: string, prevChar?: string): Tokens.Del | undefined {
    return src.startsWith('~~') ? super.del(src, maskedSrc, prevChar) : undefined;
  }
}
