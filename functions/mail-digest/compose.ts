/** Writes the mail: once as plain text, once as HTML in which nothing that somebody wrote is markup. */
import { wordsOf } from './words.ts';

export interface Line {
  title: string;
  body: string | null;
  /** Where it leads: a path of the app, or an address. */
  url: string | null;
}

export interface Digest {
  /** Names the mail: the same one, handed in twice, is sent once where that can be told. */
  key: string;
  email: string;
  language: string;
  subject: string;
  intro: string;
  url: string | null;
  lines: Line[];
  /** By which whoever has the mail may end them. */
  unsubscribe_token: string;
}

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

export interface Places {
  /** Where the app is. */
  site: string;
  /** Where the functions are reached. */
  functions: string;
}

export function compose({ email, language, subject, intro, url, lines, unsubscribe_token }: Digest, places: Places): Mail {
  const words = wordsOf(language);
  const open = address(url, places.site);
  const settings = address('/settings/notifications', places.site);
  const unsubscribe = `${places.functions}/mail-digest/unsubscribe?${new URLSearchParams({ token: unsubscribe_token })}`;
  const items = lines.map(({ title, body, url: to }) => ({ title, body: body ?? '', url: address(to, places.site) }));
  return {
    to: email,
    subject: oneLine(subject),
    text: [
      intro,
      ...items.map((item) =>
        [`* ${oneLine(item.title)}`, ...(item.body ? [`  ${oneLine(item.body)}`] : []), `  ${item.url}`].join('\n')
      ),
      `${words.open}: ${open}`,
      `${words.why}\n${words.settings}: ${settings}`
    ].join('\n\n'),
    html: page(language, subject, [
      `<p>${escaped(intro)}</p>`,
      '<ul style="padding:0;list-style:none">',
      ...items.map(
        (item) =>
          `<li style="margin:0 0 16px"><a href="${escaped(item.url)}" style="color:#0f766e;font-weight:600">${escaped(item.title)}</a>` +
          `${item.body ? `<br>${escaped(item.body)}` : ''}</li>`
      ),
      '</ul>',
      `<p><a href="${escaped(open)}" style="color:#0f766e">${escaped(words.open)}</a></p>`,
      `<p style="color:#64748b;font-size:13px">${escaped(words.why)}<br><a href="${escaped(settings)}" style="color:#64748b">${escaped(words.settings)}</a></p>`
    ]),
    headers: {
      // One click, in the mail program's own button: RFC 8058.
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      // No answer of somebody who is away. Source: https://www.rfc-editor.org/rfc/rfc3834
      'Auto-Submitted': 'auto-generated'
    }
  };
}

/** A path of the app, or an address on the web; anything else leads to the app. */
function address(url: string | null, site: string): string {
  const parsed = URL.canParse(url ?? '/', site) ? new URL(url ?? '/', site) : new URL(site);
  return /^https?:$/.test(parsed.protocol) ? parsed.href : new URL(site).href;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function page(language: string, title: string, content: string[]): string {
  return [
    `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#0f172a;max-width:560px;margin:24px auto;padding:0 16px">',
    ...content,
    '</body></html>'
  ].join('\n');
}
