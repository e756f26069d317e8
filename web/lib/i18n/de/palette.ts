import type { Words } from '../en.ts';

/** Going somewhere by keys, and another version of the app. */
export const palette: Words['palette'] = {
  updateReady: 'Eine neue Version von Parley ist bereit.',
  update: 'Neu laden',
  switcher: 'Gehe zu',
  switcherHint: 'Eine Unterhaltung, eine Person, ein Bereich',
  nothingCalled: (query) => `Nichts heißt „${query}“.`,
  shortcuts: 'Tastenkürzel',
  shortcutSwitch: 'Zu einer Unterhaltung, einer Person oder einem Bereich gehen',
  shortcutSheet: 'Diese Liste zeigen',
  shortcutSend: 'Die Nachricht senden',
  shortcutLine: 'Eine neue Zeile in der Nachricht',
  shortcutCancel: 'Schließen oder das Bearbeiten beenden'
};
