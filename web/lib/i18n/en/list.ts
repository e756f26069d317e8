import { plural } from './plural.ts';

/** The list of conversations, and beginning a new one. */
export const list = {
  title: 'Conversations',
  archiveTitle: 'Archive',
  loading: 'Loading conversations',
  hello: (name: string) => `Hello, ${name}`,
  helloNobody: 'Hello',
  choose: 'Choose a conversation on the left, or start a new one.',
  chooseNone: 'Your conversations will be on the left.',
  none: 'No conversations yet',
  noneText: 'Find someone by name or @handle and say hello.',
  start: 'Start a conversation',
  new: 'New conversation',
  find: 'Chats, people, messages',
  filters: 'Which conversations',
  filter: { all: 'All', unread: 'Unread', direct: 'Direct', groups: 'Groups', teams: 'Teams', market: 'Market' },
  empty: {
    all: 'No conversations here.',
    unread: 'Everything is read.',
    direct: 'No conversations of two.',
    groups: 'No groups.',
    teams: 'No channels. Find some under Teams.',
    market: 'No conversations about listings.',
    archived: 'The archive is empty.'
  },
  archived: (count: number) => plural(count, { one: `Archived: ${count}`, other: `Archived: ${count}` }),
  typing: 'typing…',
  typingWho: (names: string) => `${names} typing…`,
  draft: 'Draft:',
  members: (count: number) => plural(count, { one: `${count} member`, other: `${count} members` }),
  sayHello: 'Say hello',
  file: 'File',
  unread: (count: number) => plural(count, { one: `${count} unread`, other: `${count} unread` }),
  markedUnread: 'Marked unread',
  mentioned: 'You are mentioned',
  pinned: 'Pinned',
  muted: 'Muted',

  moreAbout: (title: string) => `More about ${title}`
};
