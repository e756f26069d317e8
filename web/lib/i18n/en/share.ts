import { plural } from './plural.ts';

/** What another app shares with Parley, and whom it is for. */
export const share = {
  title: 'Share',
  lead: 'Choose a conversation. It is put into the message there; you send it yourself.',
  files: (count: number) => plural(count, { one: '1 file', other: `${count} files` }),
  choose: 'Conversations to share with',
  nothing: 'Nothing to share',
  nothingText: 'What you share with Parley from another app comes here.',
  toChats: 'To your conversations'
};
