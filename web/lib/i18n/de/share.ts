import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const share: Words['share'] = {
  title: 'Teilen',
  lead: 'Wähle eine Unterhaltung. Es kommt dort in die Nachricht; abschicken musst du sie selbst.',
  files: (count) => plural(count, { one: '1 Datei', other: `${count} Dateien` }),
  choose: 'Unterhaltungen, mit denen geteilt werden kann',
  nothing: 'Nichts zu teilen',
  nothingText: 'Was du aus einer anderen App mit Parley teilst, kommt hierher.',
  toChats: 'Zu deinen Unterhaltungen'
};
