import type { Words } from '../en.ts';

export const composer: Words['composer'] = {
  message: 'Nachricht',
  noKeys: 'Diese Unterhaltung ist verschlüsselt, und dieses Gerät hat noch keine Schlüssel.',
  setUpKeys: 'Verschlüsselung einrichten',
  placeholder: 'Schreib eine Nachricht',
  send: 'Senden',
  editing: 'Bearbeiten',
  replyTo: (name) => `Antwort an ${name}`,
  replyToYou: 'Antwort an dich selbst',
  slowMode: 'Langsamer Modus: so lange bis zu deiner nächsten Nachricht',
  noPreview: 'Ohne Vorschau senden',
  completions: 'Vorschläge',
  more: 'Etwas hinzufügen',
  emoji: 'Emoji'
};
