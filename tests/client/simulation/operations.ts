/** What people do in a simulation, by chance. */
import type { Chance } from '../support/random.ts';
import type { TimelineMessage } from '../../../web/lib/chat/snapshots.ts';
import type { Tab } from './tab.ts';
import type { SimWorld } from './world.ts';

export const EMOJI = ['👍', '❤️', '🎉'];
/** How many conversations a tab has on screen at most. */
const OPEN_MAX = 3;

/** `chance` is that of the step, so that leaving out another step changes nothing in it. */
type Doing = (world: SimWorld, chance: Chance, tab: Tab, conversationId: string) => unknown;

const stored = (tab: Tab, conversationId: string): TimelineMessage[] =>
  tab.view(conversationId).timeline.current.messages.filter(({ seq, notice }) => seq !== null && notice === null);

const members = (tab: Tab, conversationId: string) => tab.view(conversationId).members.current;

/** What is the person's own, where that is played. */
const own = (world: SimWorld, tab: Tab) => (world.server.personal ? tab.chat : null);

/** A call that may be refused, or not be answered. */
const tried = (call: Promise<unknown>) => call.catch(() => {});

const text = (world: SimWorld, tab: Tab, what: string) => `${tab.id} ${what} ${world.count()}`;

const OPERATIONS: Record<string, [weight: number, doing: Doing]> = {
  send: [30, (world, _chance, tab, id) => tab.view(id).send(text(world, tab, 'says'))],
  burst: [
    4,
    (world, _chance, tab, id) => {
      for (let n = 0; n < 4; n += 1) tab.view(id).send(text(world, tab, 'hurries'));
    }
  ],
  reply: [
    6,
    (world, chance, tab, id) => {
      const messages = stored(tab, id);
      if (messages.length > 0) tab.view(id).reply(chance.pick(messages).seq!, text(world, tab, 'answers'));
    }
  ],
  edit: [
    10,
    (world, chance, tab, id) => {
      const own = stored(tab, id).filter(({ mine }) => mine);
      if (own.length > 0) tab.view(id).edit(chance.pick(own.slice(-5)).seq!, text(world, tab, 'corrects'));
    }
  ],
  delete: [
    5,
    (_world, chance, tab, id) => {
      const messages = stored(tab, id).filter(({ mine }) => mine || chance.chance(0.1));
      if (messages.length > 0) tab.view(id).delete(chance.pick(messages).seq!);
    }
  ],
  react: [
    14,
    (_world, chance, tab, id) => {
      const messages = stored(tab, id).slice(-6);
      if (messages.length === 0) return;
      const { seq, reactions } = chance.pick(messages);
      const emoji = chance.pick(EMOJI);
      const isMine = reactions.some((reaction) => reaction.emoji === emoji && reaction.mine);
      tab.view(id).react(seq!, emoji, !isMine);
    }
  ],
  read: [
    14,
    (_world, chance, tab, id) => {
      const messages = stored(tab, id);
      if (messages.length > 0) tab.view(id).markVisible(chance.chance(0.7) ? messages.at(-1)!.seq! : chance.pick(messages).seq!);
    }
  ],
  discard: [
    6,
    ({ ledger }, chance, tab, id) => {
      const waiting = tab.view(id).timeline.current.messages.filter(({ status }) => status === 'kept' || status === 'refused');
      if (waiting.length === 0) return;
      const one = chance.pick(waiting);
      if (tab.view(id).discard(one.id) !== null) ledger.discard(one.id);
    }
  ],
  retry: [
    3,
    (_world, _chance, tab, id) => {
      for (const message of tab.view(id).timeline.current.messages)
        if (message.status === 'refused') tab.view(id).retry(message.id);
    }
  ],
  older: [2, (_world, _chance, tab, id) => tab.view(id).loadOlder()],
  close: [4, (_world, _chance, tab, id) => tab.close(id)],
  rename: [2, (world, _chance, tab, id) => tried(tab.view(id).rename(text(world, tab, 'names')))],
  add: [6, ({ server }, chance, tab, id) => tried(tab.view(id).addMembers([chance.pick(server.people)]))],
  remove: [
    3,
    (_world, chance, tab, id) => {
      const others = members(tab, id).filter((member) => member.id !== tab.userId);
      if (others.length > 0) return tried(tab.view(id).removeMember(chance.pick(others).id));
    }
  ],
  role: [
    1,
    (_world, chance, tab, id) => {
      const others = members(tab, id).filter((member) => member.id !== tab.userId);
      if (others.length > 0)
        return tried(tab.view(id).setRole(chance.pick(others).id, chance.pick(['admin', 'member', 'owner'])));
    }
  ],
  leave: [1, (_world, _chance, tab, id) => tried(tab.view(id).leave())],
  settings: [
    6,
    (world, chance, tab, id) => {
      const { settings } = own(world, tab) ?? {};
      const on = chance.chance(0.5);
      const change = chance.pick(['pin', 'level', 'mute', 'archive', 'unread'] as const);
      if (change === 'pin') settings?.pin(id, on);
      else if (change === 'level') settings?.setLevel(id, chance.pick(['all', 'mentions', 'nothing']));
      else if (change === 'archive') settings?.archive(id, on);
      else if (change === 'unread') settings?.markUnread(id);
      else if (on) settings?.mute(id, 'forever');
      else settings?.unmute(id);
    }
  ],
  hide: [
    4,
    (world, chance, tab, id) => {
      const messages = stored(tab, id);
      if (!own(world, tab) || messages.length === 0) return;
      if (chance.chance(0.8)) tab.view(id).hide(chance.pick(messages).seq!);
      else for (const { seq } of messages.slice(-3)) tab.view(id).hide(seq! - 1 || 1, false);
    }
  ],
  block: [
    2,
    (world, chance, tab) => {
      const others = world.server.people.filter((id) => id !== tab.userId);
      const blocks = own(world, tab)?.blocks;
      const other = chance.pick(others);
      if (blocks) return tried(blocks.all.current.has(other) ? blocks.unblock(other) : blocks.block(other));
    }
  ],
  direct: [
    2,
    ({ server }, chance, tab) => {
      const others = server.people.filter((id) => id !== tab.userId);
      return tried(tab.chat.startDirect(chance.pick(others)));
    }
  ]
};

/** The name of each as often as it is likely. */
export const OPERATION_DECK: readonly string[] = Object.entries(OPERATIONS).flatMap(([name, [weight]]) =>
  Array.from({ length: weight }, () => name)
);

/** Somebody does something. */
export function operate(world: SimWorld, name: string, chance: Chance): void {
  const able = world.tabs().filter((tab) => !tab.isFrozen);
  if (able.length === 0) return;
  const tab = chance.pick(able);
  const listed = tab.chat.conversations.current.items.map(({ id }) => id);
  const open = [...tab.views.keys()];
  if (listed.length === 0) return;
  const id = open.length > 0 && (open.length >= OPEN_MAX || chance.chance(0.7)) ? chance.pick(open) : chance.pick(listed);
  world.network.count(`operation ${name}`);
  world.log(`${tab.id} does`, `${name} ${id}`);
  void OPERATIONS[name]![1](world, chance, tab, id);
}
