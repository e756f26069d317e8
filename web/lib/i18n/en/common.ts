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
  read: 'Read',
  findPeople: 'Find people',
  findPeopleBy: 'Name, @handle or e-mail',
  peopleFound: 'People found',
  peopleUnreachable: 'People cannot be searched now. Check your connection.',
  nobodyFound: (query: string) => `Nobody found for “${query}”.`,
  findPeopleHint: 'Type at least two letters of a name or @handle, or a whole e-mail address.',
  chosen: 'Chosen',
  removeChip: ', remove'
};
