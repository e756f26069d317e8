import type { Words } from '../en.ts';

/** Finding people. */
export const finding: Words['finding'] = {
  findPeople: 'Personen finden',
  findPeopleBy: 'Name, @Kürzel oder E-Mail',
  peopleFound: 'Gefundene Personen',
  peopleUnreachable: 'Personen lassen sich gerade nicht suchen. Prüf deine Verbindung.',
  nobodyFound: (query) => `Niemand gefunden für „${query}“.`,
  findPeopleHint: 'Gib mindestens zwei Buchstaben eines Namens oder @Kürzels ein, oder eine ganze E-Mail-Adresse.',
  chosen: 'Ausgewählt',
  removeChip: ', entfernen'
};
