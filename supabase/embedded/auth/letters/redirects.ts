/** Where a person may be sent after a link: the site itself, this machine, and what config.toml allows. */

/** No page is behind these, but a browser runs or shows their text. */
const SCRIPT_SCHEMES = ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:'];

export class Redirects {
  readonly siteUrl: string;
  readonly #allowed: RegExp[];

  constructor(siteUrl: string, allowed: string[]) {
    this.siteUrl = siteUrl;
    this.#allowed = allowed.map(globToRegExp);
  }

  /** The first wish that is allowed, else the site. */
  choose(...wishes: (string | undefined)[]): string {
    return wishes.find((wish) => wish !== undefined && this.isAllowed(wish)) ?? this.siteUrl;
  }

  isAllowed(wish: string): boolean {
    // A URL parser drops tabs and line breaks, a browser may too: what was checked would not be what is followed.
    if (wish === '' || /[\s\\\p{Cc}]/u.test(wish) || !URL.canParse(wish)) return false;
    const url = new URL(wish);
    if (SCRIPT_SCHEMES.includes(url.protocol)) return false;
    if (url.username !== '' || url.password !== '') return false;
    if (this.#isSite(url)) return true;
    if (isIpAddress(url.hostname)) return isLoopback(url.hostname);
    const withoutFragment = wish.split('#', 1)[0]!;
    return this.#allowed.some((pattern) => pattern.test(withoutFragment));
  }

  /** RFC 8252, 7.3: on this machine the port may vary. */
  #isSite(url: URL): boolean {
    if (!URL.canParse(this.siteUrl)) return false;
    const site = new URL(this.siteUrl);
    if (url.protocol !== site.protocol || url.hostname !== site.hostname) return false;
    return url.port === site.port || isLoopback(url.hostname);
  }
}

const isIpAddress = (host: string): boolean => host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host);
const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** `*` and `?` stop at "." and "/", `**` does not; `{a,b}` and `[a-z]`, `[!a-z]` as usual. Whole match. */
export function globToRegExp(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at]!;
    if (character === '*') {
      const any = glob[at + 1] === '*';
      while (glob[at + 1] === '*') at++;
      source += any ? '.*' : '[^./]*';
    } else if (character === '?') source += '[^./]';
    else if (character === '{') {
      depth++;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else if (character === '[' && glob.indexOf(']', at + 2) > 0) {
      const end = glob.indexOf(']', at + 2);
      const set = glob
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\');
      source += `[${set}]`;
      at = end;
    } else if (character === '\\' && at + 1 < glob.length) source += escape(glob[++at]!);
    else source += escape(character);
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'su');
}

const escape = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
