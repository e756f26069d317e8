import { account } from './en/account.ts';
import { attachments } from './en/attachments.ts';
import { auth } from './en/auth.ts';
import { chat } from './en/chat.ts';
import { common } from './en/common.ts';
import { composer } from './en/composer.ts';
import { errors } from './en/errors.ts';
import { integrations } from './en/integrations.ts';
import { landing } from './en/landing.ts';
import { list } from './en/list.ts';
import { market } from './en/market.ts';
import { message } from './en/message.ts';
import { moderation } from './en/moderation.ts';
import { notices } from './en/notices.ts';
import { notifications } from './en/notifications.ts';
import { panel } from './en/panel.ts';
import { people } from './en/people.ts';
import { search } from './en/search.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { teams } from './en/teams.ts';
import { thread } from './en/thread.ts';
import { time } from './en/time.ts';

/**
 * Everything that the app says, in English: the language that the others are measured by. A section a part of the app, each in a
 * file of its own; what has something put into it is a function. Adding a language is a file and a folder of this form, and a line
 * in languages.ts.
 */
export const en = {
  shell,
  common,
  landing,
  auth,
  list,
  chat,
  composer,
  message,
  thread,
  attachments,
  notices,
  people,
  panel,
  teams,
  integrations,
  market,
  search,
  notifications,
  settings,
  account,
  moderation,
  errors,
  time
};

/** What a language has to say. */
export type Words = typeof en;
