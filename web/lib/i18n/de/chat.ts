import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const chat: Words['chat'] = {
  encrypted: 'Verschlüsselt: nur Mitglieder können es lesen',
  conversation: 'Unterhaltung',
  messages: 'Nachrichten',
  newMessages: 'Neue Nachrichten',
  newCount: (count) => plural(count, { one: '1 neue Nachricht', other: `${count} neue Nachrichten` }),
  jumpToNew: (news) => `${news}, zum Ende springen`,
  jumpToEnd: 'Zur neuesten Nachricht springen',
  loading: 'Nachrichten werden geladen',
  loadingOne: 'Die Unterhaltung wird geladen',
  loadingOlder: 'Ältere Nachrichten werden geladen …',
  olderFailed: 'Ältere Nachrichten ließen sich nicht laden. Noch einmal versuchen',
  loadFailed: 'Die Nachrichten lassen sich gerade nicht laden',
  loadFailedText: 'Sie sind sicher und erscheinen, sobald die Verbindung wieder da ist.',
  notFound: 'Diese Nachricht gibt es nicht mehr, oder sie ist nicht für dich bestimmt.',
  back: 'Zurück zu allen Unterhaltungen',
  beginningDirect: 'Hier beginnt eure Unterhaltung.',
  beginningGroup: 'Hier beginnt die Gruppe.',
  beginningChannel: 'Hier beginnt der Kanal.',
  members: (count) => plural(count, { one: '1 Mitglied', other: `${count} Mitglieder` }),
  membersButton: 'Mitglieder',
  online: 'online',
  away: 'abwesend',
  lastSeen: (ago) => `zuletzt da: ${ago}`,
  typing: (name) => `${name} schreibt …`,
  typingTwo: (first, second) => `${first} und ${second} schreiben …`,
  typingMany: (count) => `${count} Personen schreiben …`,
  menu: 'Mehr zu dieser Unterhaltung'
};
