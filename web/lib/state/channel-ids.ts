import type { ConversationSummary } from '#lib/chat/index.ts';

/** Ids of channels, by title in lower case. */
export function channelIds(items: readonly ConversationSummary[]): ReadonlyMap<string, string> {
  const channels = items.filter(({ kind }) => kind === 'channel');
  return new Map(channels.map(({ id, title }) => [title.toLowerCase(), id]));
}
