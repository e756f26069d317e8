import type { Words } from '../en.ts';

export const landing: Words['landing'] = {
  title: 'Parley: Nachrichten, die ankommen',
  description:
    'Parley ist ein Messenger, der zeigt, wo jede Nachricht ist, aufbewahrt, was du offline schreibst, und nichts verliert.',
  account: 'Konto',
  languages: 'Sprachen',
  open: 'Parley öffnen',
  signIn: 'Anmelden',
  signUp: 'Registrieren',
  headline: 'Einmal gesagt. Sichtbar angekommen.',
  lead: 'Parley ist ein Messenger für Menschen, Teams und Geschäfte. Er ist schnell, er sagt ehrlich, wo deine Nachricht ist, und er verliert keine.',
  createAccount: 'Konto anlegen',
  toConversations: 'Zu deinen Unterhaltungen',
  demo: 'Das ist eine Demo. Sieh dich als eine ihrer Personen um:',
  signInAs: 'Anmelden als',
  promises: [
    {
      title: 'Nichts geht verloren',
      text: 'Jede Nachricht hat ihre Nummer in der Unterhaltung. Dein Gerät kann nachweisen, dass es alle hat, und holt, was fehlt.'
    },
    {
      title: 'Du weißt, wo sie ist',
      text: 'Wird gesendet, gesendet, zugestellt, gelesen: Jeder Schritt ist zu sehen, für jede Person, der du geschrieben hast.'
    },
    {
      title: 'Kein Netz, kein Problem',
      text: 'Schreib im Zug. Was du sendest, bleibt auf deinem Gerät und geht genau einmal hinaus, der Reihe nach, sobald du wieder da bist.'
    }
  ],
  footer: 'Parley ist quelloffen und läuft auf Supabase und Postgres.',
  sample: 'Eine Unterhaltung in Parley',
  sampleName: 'Inês Duarte',
  sampleLines: {
    question: 'Ist der Vertrag angekommen?',
    answer: 'Zweimal gelesen. Eine Kleinigkeit auf Seite vier.',
    go: 'Sag, ich habe ihn offen.',
    date: 'Das Datum. Freitag passt uns besser.',
    deal: 'Und dann sind wir uns einig.'
  }
};
