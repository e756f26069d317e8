import type { Words } from '../en.ts';
import { plural } from './plural.ts';

/** What else can be written, and when: beside the composer, and loaded after it. */
export const composing: Words['composing'] = {
  closed: 'Diese Unterhaltung ist geschlossen. Man kann sie lesen, aber nichts mehr schreiben.',
  restricted: {
    owner: 'Hier schreibt nur, wem die Unterhaltung gehört.',
    admin: 'Hier schreiben nur Besitzer und Admins.',
    member: 'Gäste lesen hier, ohne zu schreiben.',
    guest: ''
  },
  youBlocked: (name) => `Du hast ${name} blockiert.`,
  unblock: 'Nicht mehr blockieren',
  callChannel: 'Alle rufen',
  callHere: 'Alle rufen, die gerade da sind',
  mute: 'Diese Unterhaltung stummschalten',
  unmute: 'Diese Unterhaltung nicht mehr stummschalten',
  poll: 'Umfrage',
  newPoll: 'Etwas fragen',
  question: 'Frage',
  answers: 'Antworten',
  answer: (n) => `Antwort ${n}`,
  removeAnswer: (n) => `Antwort ${n} entfernen`,
  addAnswer: 'Noch eine Antwort',
  answersTwice: 'Zwei Antworten sind gleich.',
  several: 'Mehrere Antworten sind möglich',
  anonymous: 'Anonym',
  anonymousHint: 'Niemand sieht, wer wofür gestimmt hat.',
  ends: 'Endet',
  endsNever: 'Wenn du sie beendest',
  endsHour: 'In einer Stunde',
  endsDay: 'In einem Tag',
  endsWeek: 'In einer Woche',
  ask: 'Fragen',
  schedule: 'Später senden',
  scheduleIt: 'Dann senden',
  scheduledFor: (time) => `Wird gesendet: ${time}.`,
  scheduled: 'Wird später gesendet',
  scheduledCount: (count) =>
    plural(count, { one: '1 Nachricht wird später gesendet', other: `${count} Nachrichten werden später gesendet` }),
  scheduledRefused: 'Eine Nachricht ließ sich zu ihrer Zeit nicht senden',
  nothingScheduled: 'Nichts wartet darauf, gesendet zu werden.',
  sendNow: 'Jetzt senden',
  cancelScheduled: 'Nicht senden',
  when: 'Wann',
  times: { hour: 'In einer Stunde', tomorrow: 'Morgen um 9', monday: 'Montag um 9' },
  searchEmoji: 'Emoji suchen',
  foundEmoji: 'Gefunden',
  noEmoji: 'Kein Emoji heißt so.',
  recentEmoji: 'Zuletzt benutzt',
  emojiFailed: 'Die Emoji ließen sich nicht laden.',
  emojiGroups: {
    smileys: 'Smileys',
    people: 'Menschen',
    animals: 'Tiere und Natur',
    food: 'Essen und Trinken',
    travel: 'Reisen und Orte',
    activities: 'Aktivitäten',
    objects: 'Dinge',
    symbols: 'Symbole',
    flags: 'Flaggen'
  }
};
