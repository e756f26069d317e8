import { account } from './de/account.ts';
import { attachments } from './de/attachments.ts';
import { auth } from './de/auth.ts';
import { chat } from './de/chat.ts';
import { common } from './de/common.ts';
import { composer } from './de/composer.ts';
import { errors } from './de/errors.ts';
import { integrations } from './de/integrations.ts';
import { landing } from './de/landing.ts';
import { list } from './de/list.ts';
import { market } from './de/market.ts';
import { message } from './de/message.ts';
import { moderation } from './de/moderation.ts';
import { notices } from './de/notices.ts';
import { notifications } from './de/notifications.ts';
import { panel } from './de/panel.ts';
import { people } from './de/people.ts';
import { search } from './de/search.ts';
import { settings } from './de/settings.ts';
import { shell } from './de/shell.ts';
import { teams } from './de/teams.ts';
import { thread } from './de/thread.ts';
import { time } from './de/time.ts';
import type { Words } from './en.ts';

/** Alles, was die App sagt, auf Deutsch. */
export const de: Words = {
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
