import type { Words } from '../en.ts';

export const search: Words['search'] = {
  title: 'Suche',
  field: 'Nachrichten durchsuchen',
  filters: 'Filter',
  in: 'In',
  everywhere: 'Überall',
  from: 'Von',
  anybody: 'Allen',
  me: 'Mir',
  after: 'Ab Tag',
  before: 'Bis Tag',
  withFiles: 'Nur mit Dateien',
  order: 'Reihenfolge',
  best: 'Beste zuerst',
  newest: 'Neueste zuerst',
  clear: 'Filter entfernen',
  loading: 'Es wird gesucht',
  start: 'Durchsuche, was gesagt wurde',
  startText: 'Wörter oder Wortanfänge. „genaue Folge“, or, -ohne.',
  nothing: 'Nichts gefunden',
  nothingText: 'Versuch es mit weniger oder anderen Wörtern oder ohne Filter.',
  results: 'Gefundene Nachrichten',
  more: 'Mehr zeigen',
  files: (names) => `Dateien: ${names}`,
  someone: 'Jemand',
  deleted: 'Gelöschtes Konto',
  you: 'Du',
  here: 'Auf diesem Gerät gefunden',
  hereAll:
    'Verschlüsselte Unterhaltungen kann der Server nicht durchsuchen: Darin findet dieses Gerät, was es geöffnet hat. Wähl eine aus, um weiter zurück zu suchen.',
  hereOne:
    'Diese Unterhaltung ist verschlüsselt, und der Server kann sie nicht durchsuchen: Dieses Gerät findet, was es geöffnet hat.',
  further: 'Weiter zurück suchen',
  reached: (day) => `Bis ${day} durchsucht.`,
  whole: 'Bis zum Anfang durchsucht.'
};
