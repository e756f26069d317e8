import { plural } from './plural.ts';

/** What several parts of the app say. */
export const common = {
  people: (count: number) => plural(count, { one: `${count} person`, other: `${count} people` }),
  others: (count: number) => plural(count, { one: `${count} other`, other: `${count} others` }),
  back: 'Back',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  tryAgain: 'Try again',
  more: 'More',
  loading: 'Loading',
  none: 'None',
  online: 'online',
  away: 'away',
  sending: 'Sending',
  kept: 'Kept, will be sent later',
  refused: 'Not sent',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read'
};
