import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const list: Words['list'] = {
  title: 'Unterhaltungen',
  archiveTitle: 'Archiv',
  loading: 'Unterhaltungen werden geladen',
  hello: (name) => `Hallo, ${name}`,
  helloNobody: 'Hallo',
  choose: 'Wähle links eine Unterhaltung oder beginne eine neue.',
  chooseNone: 'Deine Unterhaltungen stehen dann links.',
  none: 'Noch keine Unterhaltungen',
  noneText: 'Finde jemanden mit Name oder @Kürzel und sag Hallo.',
  start: 'Unterhaltung beginnen',
  new: 'Neue Unterhaltung',
  find: 'Chats, Leute, Nachrichten',
  filters: 'Welche Unterhaltungen',
  filter: { all: 'Alle', unread: 'Ungelesen', direct: 'Direkt', groups: 'Gruppen', teams: 'Teams', market: 'Markt' },
  empty: {
    all: 'Hier sind keine Unterhaltungen.',
    unread: 'Alles ist gelesen.',
    direct: 'Keine Unterhaltungen zu zweit.',
    groups: 'Keine Gruppen.',
    teams: 'Keine Kanäle. Unter Teams findest du welche.',
    market: 'Keine Unterhaltungen über Angebote.',
    archived: 'Das Archiv ist leer.'
  },
  archived: (count) => plural(count, { one: `Archiviert: ${count}`, other: `Archiviert: ${count}` }),
  typing: 'schreibt …',
  typingWho: (names) => `${names} schreibt …`,
  draft: 'Entwurf:',
  members: (count) => plural(count, { one: `${count} Mitglied`, other: `${count} Mitglieder` }),
  sayHello: 'Sag Hallo',
  file: 'Datei',
  unread: (count) => plural(count, { one: `${count} ungelesen`, other: `${count} ungelesen` }),
  markedUnread: 'Als ungelesen markiert',
  mentioned: 'Du wirst erwähnt',
  pinned: 'Angeheftet',
  muted: 'Stumm',

  moreAbout: (title) => `Mehr zu ${title}`
};
