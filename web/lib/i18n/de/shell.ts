import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const shell: Words['shell'] = {
  about: 'Deine Unterhaltungen: Nachrichten, Gruppen, Teams und der Markt.',
  skip: 'Zur Unterhaltung springen',
  places: 'Bereiche',
  chats: 'Chats',
  teams: 'Teams',
  people: 'Leute',
  market: 'Markt',
  notifications: 'Mitteilungen',
  settings: 'Einstellungen',
  search: 'Suche',
  you: 'Profil und Einstellungen',
  waiting: (count) => plural(count, { one: `${count} ungelesen`, other: `${count} ungelesen` }),

  offline: 'Du bist offline. Was du schreibst, bleibt hier und wird später gesendet.',
  polling: 'Hier gibt es keine Live-Verbindung: Nachrichten kommen alle paar Sekunden.',
  receiving: 'Der Server nimmt gerade nichts an. Was du schreibst, bleibt hier und wird später gesendet.',
  reconnecting: 'Verbindung wird aufgebaut',
  inSeconds: (count) => `in ${count} s`,
  kept: (count) => plural(count, { one: `${count} Nachricht wartet.`, other: `${count} Nachrichten warten.` }),
  tryNow: 'Jetzt versuchen'
};
