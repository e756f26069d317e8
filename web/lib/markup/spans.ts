import type { Mention } from '#lib/chat/index.ts';
import { splitLinks } from '#lib/format/links.ts';

/** A stretch of text: as it is, or a link, somebody's name, or a channel. */
export type Span =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string }
  | { readonly type: 'mention'; readonly text: string; readonly mention: Mention }
  | { readonly type: 'channel'; readonly text: string; readonly id: string };

export type Names = {
  readonly mentions: readonly Mention[];
  /** Ids of the channels that this person is in, by title in lower case. */
  readonly channels: ReadonlyMap<string, string>;
};

/** As the database finds names: where a word begins. */
const NAME = /(?<![\p{L}\w.+@/-])@(\w{3,30})(?!\w)|(?<![\p{L}\w&/#])#([\p{L}\p{N}_-]{1,80})/gu;

/** Splits a text where links, names and channels are. Only those whom the message calls are names. */
export function spansOf(text: string, names: Names): Span[] {
  return splitLinks(text).flatMap((part): Span[] =>
    part.href === undefined ? named(part.text, names) : [{ type: 'link', text: part.text, href: part.href }]
  );
}

function named(text: string, { mentions, channels }: Names): Span[] {
  if (mentions.length + channels.size === 0) return [{ type: 'text', text }];
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(NAME)) {
    const span = match[1] ? mentioned(match[0], match[1], mentions) : channel(match[0], match[2] ?? '', channels);
    if (!span) continue;
    if (match.index > end) spans.push({ type: 'text', text: text.slice(end, match.index) });
    spans.push(span);
    end = match.index + match[0].length;
  }
  if (end < text.length) spans.push({ type: 'text', text: text.slice(end) });
  return spans;
}

function mentioned(text: string, handle: string, mentions: readonly Mention[]): Span | null {
  const mention = mentions.find((one) => one.handle === handle.toLowerCase());
  return mention ? { type: 'mention', text, mention } : null;
}

function channel(text: string, title: string, channels: Names['channels']): Span | null {
  const id = channels.get(title.toLowerCase());
  return id === undefined ? null : { type: 'channel', text, id };
}
