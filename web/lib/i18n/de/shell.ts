import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const shell: Words['shell'] = {
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
  tryNow: 'Jetzt versuchen',
  updateReady: 'Eine neue Version von Parley ist bereit.',
  update: 'Neu laden',
  switcher: 'Gehe zu',
  switcherHint: 'Eine Unterhaltung, eine Person, ein Bereich',
  nothingCalled: (query) => `Nichts heißt „${query}“.`,
  shortcuts: 'Tastenkürzel',
  shortcutSwitch: 'Zu einer Unterhaltung, einer Person oder einem Bereich gehen',
  shortcutSheet: 'Diese Liste zeigen',
  shortcutSend: 'Die Nachricht senden',
  shortcutLine: 'Eine neue Zeile in der Nachricht',
  shortcutCancel: 'Schließen oder das Bearbeiten beenden'
};
