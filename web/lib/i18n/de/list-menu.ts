import type { Words } from '../en.ts';

/** What can be done with a conversation of the list, and beginning a new one. */
export const listMenu: Words['listMenu'] = {
  newGroup: 'Neue Gruppe',
  newTeam: 'Teams und Kanäle',
  groupTitle: 'Titel',
  groupTitlePlaceholder: 'Worum geht es?',
  chosenPeople: 'Ausgewählt',
  createGroup: 'Gruppe gründen',
  nothing: (text) => `Keine Unterhaltung heißt „${text}“.`,
  backToList: 'Zurück zur Liste',
  people: 'Leute',
  searchMessages: (text) => `Nachrichten nach „${text}“ durchsuchen`,

  markRead: 'Als gelesen markieren',
  markUnread: 'Als ungelesen markieren',
  pin: 'Anheften',
  unpin: 'Lösen',
  muteHour: 'Eine Stunde stumm',
  muteWeek: 'Eine Woche stumm',
  muteForever: 'Stumm, bis ich es ändere',
  unmute: 'Nicht mehr stumm',
  archive: 'Archivieren',
  unarchive: 'Aus dem Archiv holen'
};
