import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const common: Words['common'] = {
  people: (count) => plural(count, { one: `${count} Person`, other: `${count} Personen` }),
  others: (count) => plural(count, { one: `${count} weitere Person`, other: `${count} weitere` }),
  back: 'Zurück',
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  tryAgain: 'Noch einmal versuchen',
  more: 'Mehr',
  loading: 'Wird geladen',
  none: 'Nichts',
  online: 'online',
  away: 'abwesend',
  sending: 'Wird gesendet',
  kept: 'Aufbewahrt, wird später gesendet',
  refused: 'Nicht gesendet',
  sent: 'Gesendet',
  delivered: 'Zugestellt',
  read: 'Gelesen'
};
