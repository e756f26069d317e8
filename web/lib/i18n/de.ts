import type { Words } from './en.ts';
import { pluralIn } from './plural.ts';

const plural = pluralIn('de');

/** Alles, was die App sagt, auf Deutsch. */
export const de: Words = {
  shell: {
    skip: 'Zur Unterhaltung springen'
  },
  common: {
    people: (count) => plural(count, { one: `${count} Person`, other: `${count} Personen` })
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
