import type { ConversationSummary } from '#lib/chat/index.ts';

/** Which conversations are shown. */
export const FILTERS = ['all', 'unread', 'direct', 'groups', 'teams', 'market'] as const;
export type ListFilter = (typeof FILTERS)[number] | 'archived';

export const isUnread = ({ unread, markedUnread }: Pick<ConversationSummary, 'unread' | 'markedUnread'>): boolean =>
  unread > 0 || markedUnread;

const fits: Readonly<Record<ListFilter, (item: ConversationSummary) => boolean>> = {
  all: () => true,
  unread: isUnread,
  direct: ({ kind }) => kind === 'direct',
  groups: ({ kind }) => kind === 'group',
  teams: ({ kind }) => kind === 'channel',
  market: ({ kind }) => kind === 'listing' || kind === 'negotiation',
  archived: () => true
};

/**
 * The rows of the list, in its order. What is archived has a list of its own; a text searches all of it, by title and by the other
 * one's handle, whatever the filter.
 */
export function listed(items: readonly ConversationSummary[], filter: ListFilter, text: string): readonly ConversationSummary[] {
  const wanted = text.trim().replace(/^@/, '').toLocaleLowerCase();
  if (wanted)
    return items.filter(
      ({ title, partner }) => title.toLocaleLowerCase().includes(wanted) || (partner?.handle.startsWith(wanted) ?? false)
    );
  return items.filter((item) => item.archived === (filter === 'archived') && fits[filter](item));
}
