/** The mail's own words; what happened comes from the database, in its reader's language already. */
interface Words {
  open: string;
  why: string;
  settings: string;
}

const ENGLISH: Words = {
  open: 'Open Parley',
  why: 'You get this mail because something stayed unread for a while.',
  settings: 'Choose what comes by mail'
};

const WORDS: Record<string, Words> = {
  en: ENGLISH,
  de: {
    open: 'Parley öffnen',
    why: 'Du bekommst diese Mail, weil etwas eine Weile ungelesen blieb.',
    settings: 'Einstellen, was per Mail kommt'
  }
};

/** @param language a BCP 47 tag, of which the first part counts */
export function wordsOf(language: string): Words {
  return WORDS[language.split('-')[0]!.toLowerCase()] ?? ENGLISH;
}
