import type { LaterWords } from '../en.ts';
import { account } from './account.ts';
import { attaching } from './attaching.ts';
import { chatMenu } from './chat-menu.ts';
import { listMenu } from './list-menu.ts';
import { palette } from './palette.ts';
import { finding } from './finding.ts';
import { auth } from './auth.ts';
import { encryption } from './encryption.ts';
import { composing } from './composing.ts';
import { integrations } from './integrations.ts';
import { landing } from './landing.ts';
import { market } from './market.ts';
import { messageMenu } from './message-menu.ts';
import { moderation } from './moderation.ts';
import { notifications } from './notifications.ts';
import { panel } from './panel.ts';
import { people } from './people.ts';
import { search } from './search.ts';
import { settings } from './settings.ts';
import { share } from './share.ts';
import { teams } from './teams.ts';

/** What the other screens say. Loaded with them, or when the page is at rest. */
export const later: LaterWords = {
  landing,
  auth,
  people,
  panel,
  teams,
  encryption,
  integrations,
  market,
  search,
  notifications,
  settings,
  share,
  account,
  moderation,
  messageMenu,
  composing,
  attaching,
  chatMenu,
  listMenu,
  palette,
  finding
};
