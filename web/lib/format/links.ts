import { LinkifyIt } from 'linkify-it';

/** A stretch of a message: plain text, or a link to an address that is safe to open. */
export type Part = { text: string; href?: string };

const SAFE = /^(https?:|mailto:)/i;
const finder = new LinkifyIt();

/** The addresses in a text, as they stand in it. */
export const linksIn = (text: string): string[] => (finder.match(text) ?? []).map(({ raw }) => raw);

/** Splits a message's text where links are. The text stays text: nothing in it is ever read as HTML. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of finder.match(text) ?? []) {
    if (!SAFE.test(match.url)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: match.raw, href: match.url });
    end = match.lastIndex;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
