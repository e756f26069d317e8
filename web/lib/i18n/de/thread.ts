import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const thread: Words['thread'] = {
  title: 'Thread',
  messages: 'Nachrichten des Threads',
  message: 'Nachricht im Thread',
  back: 'Zurück zur Unterhaltung',
  close: 'Thread schließen',
  replies: (count) => plural(count, { one: '1 Antwort', other: `${count} Antworten` }),
  none: 'Noch keine Antworten'
};
