const KEY = 'parley.emoji';
const MOST = 18;

/** The emoji that were chosen last on this device, the newest first. */
export function recentEmoji(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberEmoji(emoji: string): void {
  const recent = [emoji, ...recentEmoji().filter((one) => one !== emoji)];
  try {
    localStorage.setItem(KEY, JSON.stringify(recent.slice(0, MOST)));
  } catch {
    // Without storage there are none.
  }
}
