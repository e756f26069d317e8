import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const common: Words['common'] = {
  people: (count) => plural(count, { one: `${count} Person`, other: `${count} Personen` }),
  back: 'Zurück',
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  tryAgain: 'Noch einmal versuchen',
  more: 'Mehr',
  loading: 'Wird geladen',
  none: 'Nichts'
};
