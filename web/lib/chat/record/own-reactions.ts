import type { MessageRow } from '../wire/rows.ts';

/**
 * A message with one's own reactions and votes. sync() and history bring them; an event does not, but names the first few of each
 * emoji and who changed it last, and the rest is as it was. One's own votes come in an event of their own.
 */
export function withOwnReactions(message: MessageRow, before: MessageRow | undefined, me: string): MessageRow {
  const voted = message.poll && !message.my_votes && before?.my_votes ? { ...message, my_votes: before.my_votes } : message;
  if (voted.my_reactions) return voted;
  const known = new Set(before?.my_reactions);
  const own = Object.entries(voted.reactions).filter(([emoji, { user_ids, last }]) => {
    if (user_ids.includes(me)) return true;
    return last?.user_id === me ? last.added : known.has(emoji);
  });
  return { ...voted, my_reactions: own.map(([emoji]) => emoji) };
}
