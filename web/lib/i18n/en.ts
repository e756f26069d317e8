import { pluralIn } from './plural.ts';

const plural = pluralIn('en');

/**
 * Everything that the app says, in English: the language that the others are measured by. A section a part of the app; what
 * has something put into it is a function. Adding a language is one file of this form and a line in languages.ts.
 */
export const en = {
  shell: {
    skip: 'Skip to the conversation'
  },
  common: {
    people: (count: number) => plural(count, { one: `${count} person`, other: `${count} people` })
  },
  landing: {},
  auth: {},
  list: {},
  chat: {},
  composer: {},
  message: {},
  thread: {},
  attachments: {},
  notices: {},
  people: {},
  teams: {},
  market: {},
  search: {},
  notifications: {},
  settings: {},
  moderation: {},
  errors: {},
  time: {}
};

/** What a language has to say. */
export type Words = typeof en;
