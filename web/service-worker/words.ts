/** What the worker itself says: the rest comes in the person's language with the push. */
const words = {
  en: {
    something: 'Something new in Parley',
    reply: 'Reply',
    placeholder: 'Write an answer',
    mark_read: 'Mark as read',
    mute: 'Mute for 8 hours',
    acknowledge: 'I have seen it',
    waits: 'Your answer is sent when Parley is open again.'
  },
  de: {
    something: 'Neues in Parley',
    reply: 'Antworten',
    placeholder: 'Antwort schreiben',
    mark_read: 'Als gelesen markieren',
    mute: '8 Stunden stumm',
    acknowledge: 'Ich habe es gesehen',
    waits: 'Deine Antwort wird gesendet, sobald Parley wieder offen ist.'
  }
};

export type WorkerWords = (typeof words)['en'];

export const wordsFor = (language: string): WorkerWords => words[language.startsWith('de') ? 'de' : 'en'];

const KNOWN = ['reply', 'mark_read', 'mute', 'acknowledge'] as const;

/**
 * The first `most` of those that this worker knows, in the order of the push. The one that takes a text comes last: where Chromium on
 * Linux shows a field for it, it counts the buttons without it, and would take a button behind it for the one before.
 */
export function actionsFor(names: readonly string[], said: WorkerWords, most = Infinity) {
  return KNOWN.filter((name) => names.includes(name))
    .toSorted((a, b) => names.indexOf(a) - names.indexOf(b))
    .slice(0, most)
    .toSorted((a, b) => Number(a === 'reply') - Number(b === 'reply'))
    .map((action) => ({
      action,
      title: said[action],
      ...(action === 'reply' && { type: 'text' as const, placeholder: said.placeholder })
    }));
}
