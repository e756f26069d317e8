import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const shell: Words['shell'] = {
  skip: 'Zur Unterhaltung springen',
  places: 'Bereiche',
  chats: 'Chats',
  teams: 'Teams',
  market: 'Markt',
  notifications: 'Mitteilungen',
  settings: 'Einstellungen',
  search: 'Suche',
  you: 'Profil und Einstellungen',
  waiting: (count) => plural(count, { one: `${count} ungelesen`, other: `${count} ungelesen` })
};
