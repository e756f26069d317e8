import type { Words } from '../en.ts';

/** Going somewhere by keys, and another version of the app. */
export const palette: Words['palette'] = {
  updateReady: 'Eine neue Version von Parley ist bereit.',
  update: 'Neu laden',
  switcher: 'Gehe zu',
  switcherHint: 'Eine Unterhaltung, eine Person, ein Bereich, eine Nachricht',
  messages: 'Nachrichten',
  nothingCalled: (query) => `Nichts heißt „${query}“, und in keiner Nachricht steht es.`,
  shortcuts: 'Tastenkürzel',
  shortcutSwitch: 'Zu einer Unterhaltung, einer Person, einem Bereich oder einer Nachricht gehen',
  shortcutSheet: 'Diese Liste zeigen',
  shortcutSend: 'Die Nachricht senden',
  shortcutLine: 'Eine neue Zeile in der Nachricht',
  shortcutCancel: 'Schließen oder das Bearbeiten beenden'
};
