import { changeParts } from './assembly/changes.ts';
import { companyParts } from './assembly/company.ts';
import { chatOf } from './assembly/facade.ts';
import { hopeParts } from './assembly/hope.ts';
import { incomingParts } from './assembly/incoming.ts';
import { linkParts } from './assembly/link.ts';
import { outgoingParts } from './assembly/outgoing.ts';
import { ownParts } from './assembly/own.ts';
import type { Parts } from './assembly/parts.ts';
import type { ChatPorts } from './assembly/ports.ts';
import { recordParts } from './assembly/record.ts';
import { serverParts } from './assembly/guarded-server.ts';
import { sealingParts } from './assembly/sealing.ts';
import { tabParts } from './assembly/tabs.ts';
import { viewParts } from './assembly/views.ts';
import type { Chat } from './chat.ts';

/** In this order: what one is made from, those before it have made. */
const MAKERS: readonly ((ports: ChatPorts, parts: Parts) => Partial<Parts>)[] = [
  serverParts,
  tabParts,
  recordParts,
  sealingParts,
  incomingParts,
  changeParts,
  outgoingParts,
  ownParts,
  companyParts,
  linkParts,
  viewParts,
  hopeParts
];

/**
 * Puts the parts together. Data goes one way: live events and answers of sync() → record → views; what a person does → outbox,
 * receipts, calls → server → back as events. Nothing but the record's merges writes to the record.
 */
export function assembleChat(ports: ChatPorts): Chat {
  const parts = {} as Parts;
  for (const make of MAKERS) Object.assign(parts, make(ports, parts));
  return chatOf(ports, parts);
}
