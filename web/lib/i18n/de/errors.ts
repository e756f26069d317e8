import type { Words } from '../en.ts';

export const errors: Words['errors'] = {
  noConfig: 'Der Server ist nicht zu erreichen.',
  unexpected: 'In der App ist etwas schiefgegangen.',
  unreachable: 'Parley ist gerade nicht zu erreichen. Versuch es noch einmal.',
  signedOut: 'Du wurdest abgemeldet. Bitte melde dich neu an.',
  tooQuick: (seconds) => `Das war zu schnell. Versuch es in ${seconds} s noch einmal.`,
  missingTitle: 'Nicht gefunden',
  missing: 'Hier ist nichts',
  missingText:
    'Diese Adresse führt nirgendwohin. Vielleicht ist sie falsch geschrieben, oder die Unterhaltung gibt es nicht mehr.',
  brokenTitle: 'Etwas ist schiefgegangen',
  broken: 'Parley konnte nicht starten',
  brokenText: 'Was du vorher geschrieben hast, liegt noch auf diesem Gerät.',
  toStart: 'Zur Startseite'
};
