import { plural } from './plural.ts';

/** What several parts of the app say. */
export const common = {
  people: (count: number) => plural(count, { one: `${count} person`, other: `${count} people` }),
  back: 'Back',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  tryAgain: 'Try again',
  more: 'More',
  loading: 'Loading',
  none: 'None'
};
