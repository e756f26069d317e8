import type { Words } from '../en.ts';

/** What can be done with a conversation, and where a link leads. */
export const chatMenu: Words['chatMenu'] = {
  encryption: 'Verschlüsselung',
  lostTitle: 'Du bist nicht in dieser Unterhaltung',
  lostText:
    'Es gibt sie nicht, oder du hast sie verlassen oder wurdest entfernt. Was du gelesen hast, bleibt bei denen, die es schrieben.',
  backToAll: 'Zurück zu deinen Unterhaltungen',
  toPin: 'Zur angehefteten Nachricht springen',
  pinOf: (n, count) => `${n} von ${count} angehefteten`,
  unpin: 'Nicht mehr anheften',
  search: 'In dieser Unterhaltung suchen',
  disappearing: 'Verschwindende Nachrichten',
  disappearingText: 'Was ab jetzt gesagt wird, verschwindet nach dieser Zeit bei allen. Was schon da ist, bleibt, wie es ist.',
  disappearingOff: 'Nachrichten bleiben',
  disappearingAfter: (time) => `Nach ${time}`
};
