import { plural } from './plural.ts';

/** The frame around every screen: navigation, connection, updates. */
export const shell = {
  skip: 'Skip to the conversation',
  places: 'Places',
  chats: 'Chats',
  teams: 'Teams',
  market: 'Market',
  notifications: 'Notifications',
  settings: 'Settings',
  search: 'Search',
  you: 'Profile and settings',
  waiting: (count: number) => plural(count, { one: `${count} unread`, other: `${count} unread` })
};
