import type { Words } from '../en.ts';

export const time: Words['time'] = {
  now: 'jetzt',
  justNow: 'gerade eben',
  minutes: (count) => `${count} min`,
  today: 'Heute',
  yesterday: 'Gestern',
  on: (date) => `am ${date}`
};
