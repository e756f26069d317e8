/** What can be done with a conversation of the list, and beginning a new one. */
export const listMenu = {
  newGroup: 'New group',
  newTeam: 'Teams and channels',
  groupTitle: 'Title',
  groupTitlePlaceholder: 'What is it about?',
  chosenPeople: 'Chosen people',
  createGroup: 'Create group',
  nothing: (text: string) => `No conversation called “${text}”.`,
  backToList: 'Back to the list',
  people: 'People',
  searchMessages: (text: string) => `Search messages for “${text}”`,

  markRead: 'Mark as read',
  markUnread: 'Mark as unread',
  pin: 'Pin',
  unpin: 'Unpin',
  muteHour: 'Mute for an hour',
  muteWeek: 'Mute for a week',
  muteForever: 'Mute until I change it',
  unmute: 'Unmute',
  archive: 'Archive',
  unarchive: 'Take out of the archive'
};
