import { plural } from './plural.ts';

/** The frame around every screen: navigation, connection, updates. */
export const shell = {
  about: 'Your conversations: messages, groups, teams and the market.',
  skip: 'Skip to the conversation',
  places: 'Places',
  chats: 'Chats',
  teams: 'Teams',
  people: 'People',
  market: 'Market',
  notifications: 'Notifications',
  settings: 'Settings',
  search: 'Search',
  you: 'Profile and settings',
  waiting: (count: number) => plural(count, { one: `${count} unread`, other: `${count} unread` }),

  offline: 'You are offline. What you write is kept and sent later.',
  polling: 'There is no live connection here: messages come every few seconds.',
  receiving: 'The server takes nothing just now. What you write is kept and sent later.',
  reconnecting: 'Reconnecting',
  inSeconds: (count: number) => `in ${count} s`,
  kept: (count: number) => plural(count, { one: `${count} message is kept.`, other: `${count} messages are kept.` }),
  tryNow: 'Try now'
};
