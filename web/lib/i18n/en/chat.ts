import { plural } from './plural.ts';

/** An open conversation: its head, its list, what is pinned. */
export const chat = {
  encrypted: 'Encrypted: only members can read it',
  conversation: 'Conversation',
  messages: 'Messages',
  newMessages: 'New messages',
  newCount: (count: number) => plural(count, { one: '1 new message', other: `${count} new messages` }),
  jumpToNew: (news: string) => `${news}, jump to the end`,
  jumpToEnd: 'Jump to the newest message',
  loading: 'Loading messages',
  loadingOne: 'Loading the conversation',
  loadingOlder: 'Loading older messages…',
  olderFailed: 'Older messages could not be loaded. Try again',
  loadFailed: 'The messages cannot be loaded now',
  loadFailedText: 'They are safe. They appear as soon as the connection is back.',
  notFound: 'This message is not there any more, or not for you to see.',
  back: 'Back to all conversations',
  beginningDirect: 'This is the beginning of your conversation.',
  beginningGroup: 'This is the beginning of the group.',
  beginningChannel: 'This is the beginning of the channel.',
  members: (count: number) => plural(count, { one: '1 member', other: `${count} members` }),
  membersButton: 'Members',
  online: 'online',
  away: 'away',
  lastSeen: (ago: string) => `last seen ${ago}`,
  typing: (name: string) => `${name} is typing…`,
  typingTwo: (first: string, second: string) => `${first} and ${second} are typing…`,
  typingMany: (count: number) => `${count} people are typing…`,
  menu: 'More about this conversation'
};
