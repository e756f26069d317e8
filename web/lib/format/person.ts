import { locale, t } from '#lib/i18n/words.svelte.ts';

/** Up to two letters that stand for a name: first and last word, whole characters (an emoji counts as one). */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words.at(0);
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (
    [first, last]
      .map((word) => (word ? ([...word][0] ?? '') : ''))
      .join('')
      .toLocaleUpperCase() || '?'
  );
}

/** A hue in degrees that stays the same for an id, out of twelve that are easy to tell apart. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return ((hash >>> 0) % 12) * 30 + 12;
}

/** "Ada", "Ada and Ben", "Ada, Ben and 3 others". */
export function nameList(names: readonly string[], tag = locale(), shown = 3): string {
  const others = names.length - shown;
  const said = others > 0 ? [...names.slice(0, shown), t.common.others(others)] : names;
  return new Intl.ListFormat(tag, { type: 'conjunction' }).format(said);
}
