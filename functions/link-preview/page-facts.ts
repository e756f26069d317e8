/** What a page says of itself in its head. */

/** Of the package htmlparser2, what is used: a parser that tells of each tag, and never of what a script makes. */
export interface HtmlParser {
  write(html: string): void;
  end(): void;
}
export type MakeParser = new (handler: {
  onopentag(name: string, attributes: Record<string, string | undefined>): void;
  ontext(text: string): void;
  onclosetag(name: string): void;
}) => HtmlParser;

export interface PageFacts {
  title?: string;
  description?: string;
  siteName?: string;
  /** As `<meta charset>` names it. */
  charset?: string;
}

/** By property or name of a <meta>, the better word first. */
const TITLES = ['og:title', 'twitter:title'];
const DESCRIPTIONS = ['og:description', 'twitter:description', 'description'];

export function factsOf(html: string, Parser: MakeParser): PageFacts {
  const meta = new Map<string, string>();
  let charset: string | undefined;
  let title: string | undefined;
  let isInTitle = false;
  // A picture in the page has a title of its own.
  let pictures = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'svg') pictures += 1;
      if (name === 'title' && pictures === 0 && title === undefined) {
        isInTitle = true;
        title = '';
      }
      if (name !== 'meta') return;
      const { property, name: named, content, charset: said, 'http-equiv': equivalent } = attributes;
      const key = (property ?? named)?.toLowerCase();
      if (key && content && !meta.has(key)) meta.set(key, content);
      charset ??= said ?? (equivalent?.toLowerCase() === 'content-type' ? charsetOf(content ?? '') : undefined);
    },
    ontext(text) {
      if (isInTitle) title += text;
    },
    onclosetag(name) {
      if (name === 'svg') pictures -= 1;
      if (name === 'title') isInTitle = false;
    }
  });
  parser.write(html);
  parser.end();
  const first = (keys: string[]) => keys.map((key) => meta.get(key)).find((value) => value?.trim());
  return { title: first(TITLES) ?? title, description: first(DESCRIPTIONS), siteName: meta.get('og:site_name'), charset };
}

/** Of a content type, as a header or a <meta> has it. */
export const charsetOf = (contentType: string): string | undefined => /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
