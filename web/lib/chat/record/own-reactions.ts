import type { MessageRow } from '../wire/rows.ts';

/**
 * A message with one's own reactions. sync() and history bring them; an event does not, but names the first few of each emoji and who
 * changed it last, and the rest is as it was.
 */
export function withOwnReactions(message: MessageRow, before: MessageRow | undefined, me: string): MessageRow {
  if (message.my_reactions) return message;
  const known = new Set(before?.my_reactions);
  const own = Object.entries(message.reactions).filter(([emoji, { user_ids, last }]) => {
    if (user_ids.includes(me)) return true;
    return last?.user_id === me ? last.added : known.has(emoji);
  });
  return { ...message, my_reactions: own.map(([emoji]) => emoji) };
}
