import { plural } from './plural.ts';

/** The thread under a message. */
export const thread = {
  title: 'Thread',
  messages: 'Messages of the thread',
  message: 'Message in the thread',
  back: 'Back to the conversation',
  close: 'Close the thread',
  replies: (count: number) => plural(count, { one: '1 reply', other: `${count} replies` }),
  none: 'No replies yet'
};
