import { RoomSet } from '../live-topics/room-set.ts';
import { Idle } from '../presence/idle.ts';
import { PresenceKeeper } from '../presence/presence-keeper.ts';
import { Self } from '../presence/self.ts';
import { ReceiptSender } from '../receipts/receipt-sender.ts';
import { TypingHub } from '../typing/typing-hub.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type CompanyParts = {
  /** Names this device. */
  deviceId: () => Promise<string>;
  receipts: ReceiptSender;
  rooms: RoomSet;
  hub: TypingHub;
  presence: PresenceKeeper;
  idle: Idle;
  self: Self;
};

/** What people see of each other: who is here, who types, how far somebody has read. */
export function companyParts(ports: ChatPorts, parts: Parts): CompanyParts {
  const { userId: me, store, clock, newId, surroundings, log } = ports;
  const { backend, topics } = parts;
  let device: Promise<string> | null = ports.deviceId ? Promise.resolve(ports.deviceId) : null;
  const deviceId = () => (device ??= store.deviceId(newId()).catch(() => newId()));
  const rooms = new RoomSet({
    me,
    topics,
    onTyping: (id, userId, typing) => {
      // Whoever is heard is a member; who is not known to be one is not shown.
      if (parts.keeper.get(id)?.members.has(userId)) hub.heard(id, userId, typing);
    },
    onHere: (id, userIds) => parts.open.get(id)?.here.set(userIds),
    onJoined: (id) => hub.joined(id),
    onLeft: (id) => {
      hub.forget(id);
      parts.open.get(id)?.here.set(new Set());
    },
    clock,
    log
  });
  const hub = new TypingHub({ say: (id, typing) => rooms.say(id, me, typing), clock });
  const idle = new Idle(surroundings, clock);
  const self = new Self({
    me,
    deviceId,
    backend,
    topics,
    surroundings,
    isIdle: () => idle.isIdle.current,
    tabs: {
      get leads() {
        return topics.leads;
      },
      get hasOthers() {
        return topics.hasOthers;
      },
      get activeAt() {
        return parts.active.at;
      },
      sayActive: () => parts.active.say()
    },
    onScreen: () => parts.open.newest(),
    clock,
    log
  });
  idle.isIdle.subscribe(() => self.changed());
  return {
    deviceId,
    receipts: new ReceiptSender({ userId: me, store, backend, onMarked: (rows) => parts.marked(rows), clock, log }),
    rooms,
    hub,
    presence: new PresenceKeeper({ me, backend, topics, clock, log }),
    idle,
    self
  };
}
