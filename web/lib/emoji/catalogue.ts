import type { LanguageCode } from '#lib/i18n/languages.ts';

export type Emoji = {
  readonly emoji: string;
  /** What it shows, in the language of the person. */
  readonly label: string;
  /** Without the colons, the usual one first. */
  readonly shortcodes: readonly string[];
  readonly group: EmojiGroup;
  /** Everything that finds it, in lower case. */
  readonly words: string;
};

export const EMOJI_GROUPS = [
  'smileys',
  'people',
  'animals',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags'
] as const;
export type EmojiGroup = (typeof EMOJI_GROUPS)[number];

/** emojibase's numbers of groups; 2 is what emoji are put together from. */
const GROUPS: Readonly<Record<number, EmojiGroup>> = {
  0: 'smileys',
  1: 'people',
  3: 'animals',
  4: 'food',
  5: 'travel',
  6: 'activities',
  7: 'objects',
  8: 'symbols',
  9: 'flags'
};

type Row = { hexcode: string; label: string; unicode: string; tags?: string[]; group?: number; order?: number };

const DATA = {
  en: () => import('emojibase-data/en/compact.json'),
  de: () => import('emojibase-data/de/compact.json')
} satisfies Partial<Record<LanguageCode, () => Promise<unknown>>>;

const loaded = new Map<string, Promise<readonly Emoji[]>>();

/** All emoji in their usual order, with names in this language where there are some. Loaded at the first call. */
export function loadEmoji(language: LanguageCode): Promise<readonly Emoji[]> {
  const code = language in DATA ? (language as keyof typeof DATA) : 'en';
  const known = loaded.get(code);
  if (known) return known;
  const loading = load(code);
  loaded.set(code, loading);
  loading.catch(() => loaded.delete(code));
  return loading;
}

async function load(code: keyof typeof DATA): Promise<readonly Emoji[]> {
  const [rows, codes] = await Promise.all([DATA[code](), import('emojibase-data/en/shortcodes/emojibase.json')]);
  const shortcodes = codes.default as unknown as Readonly<Record<string, string | string[]>>;
  return (rows.default as readonly Row[])
    .filter(({ group }) => group !== undefined && group in GROUPS)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map(({ hexcode, label, unicode, tags = [], group }) => {
      const own = [shortcodes[hexcode] ?? []].flat();
      return {
        emoji: asTyped(unicode),
        label,
        shortcodes: own,
        group: GROUPS[group!]!,
        words: [label, ...tags, ...own].join(' ').toLowerCase()
      };
    });
}

/** As keyboards write it: without the sign that says "in colour" where it is in colour anyway. */
const asTyped = (emoji: string): string => emoji.replace(/^(\p{Emoji_Presentation})\uFE0F$/u, '$1');

/** Those that the words say, whose name or shortcode begins so first. */
export function searchEmoji(all: readonly Emoji[], query: string, most = Infinity): readonly Emoji[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  const words = wanted.split(/\s+/);
  const rank = ({ label, shortcodes }: Emoji) => {
    if (shortcodes.includes(wanted)) return 0;
    if (shortcodes.some((code) => code.startsWith(wanted))) return 1;
    return label.toLowerCase().startsWith(wanted) ? 2 : 3;
  };
  const found = all.filter((one) => words.every((word) => one.words.includes(word)));
  return found.toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
}
