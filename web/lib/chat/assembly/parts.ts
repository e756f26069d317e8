import type { ChangeParts } from './changes.ts';
import type { CompanyParts } from './company.ts';
import type { HopeParts } from './hope.ts';
import type { IncomingParts } from './incoming.ts';
import type { LinkParts } from './link.ts';
import type { OutgoingParts } from './outgoing.ts';
import type { OwnParts } from './own.ts';
import type { RecordParts } from './record.ts';
import type { ServerParts } from './guarded-server.ts';
import type { SealingParts } from './sealing.ts';
import type { TabParts } from './tabs.ts';
import type { ViewParts } from './views.ts';

/**
 * What a chat is made of. Each file beside makes some of it and is given all of it: parts call each other in circles, which they may
 * do from their first call on, but not while they are made.
 */
export type Parts = ServerParts &
  TabParts &
  RecordParts &
  SealingParts &
  IncomingParts &
  ChangeParts &
  OutgoingParts &
  OwnParts &
  CompanyParts &
  LinkParts &
  ViewParts &
  HopeParts;
