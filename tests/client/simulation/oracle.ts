/** What must be true once all is quiet. */
import assert from 'node:assert/strict';
import type { ConversationSummary, TimelineMessage } from '../../../web/lib/chat/snapshots.ts';
import type { MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import type { SyncEntry } from '../../../web/lib/chat/wire/sync.ts';
import type { Tab } from './tab.ts';
import { EMOJI } from './operations.ts';
import type { SimWorld } from './world.ts';

type Truth = { entry: SyncEntry; messages: MessageRow[]; marks: unknown[] };

/** What the database has for somebody. */
export async function truthFor(world: SimWorld, userId: string): Promise<Map<string, Truth>> {
  const backend = world.server.backend(userId);
  const truth = new Map<string, Truth>();
  const { conversations } = await backend.sync({});
  for (const entry of conversations) {
    const messages = await backend.history(entry.id, entry.last_seq + 1, 1_000);
    const members = await backend.members(entry.id);
    const marks = members.map(({ user_id, role, delivered_seq, read_seq }) =>
      entry.is_large ? [user_id, role, null, null] : [user_id, role, delivered_seq, read_seq]
    );
    truth.set(entry.id, { entry, messages: messages.toReversed(), marks: marks.toSorted() });
  }
  return truth;
}

/** What somebody is shown equals what the database has. */
export function compare(tab: Tab, truth: ReadonlyMap<string, Truth>): void {
  const { personal } = tab.device.world.server;
  const { items } = tab.chat.conversations.current;
  equal(`${tab.id}: conversations`, items.map(({ id }) => id).toSorted(), [...truth.keys()].toSorted());
  for (const summary of items) {
    const { entry, messages, marks } = truth.get(summary.id)!;
    const { last, ...rest } = summaryOf(summary);
    const { last: storedLast, ...storedRest } = summaryIn(entry);
    equal(`${tab.id}: ${summary.id}`, rest, storedRest);
    // What was refused stays on top of the list until the person has decided.
    if (summary.lastMessage?.status !== 'refused') equal(`${tab.id}: newest of ${summary.id}`, last, storedLast);
    const view = tab.views.get(summary.id);
    if (!view) continue;
    const { timeline } = view;
    equal(`${tab.id}: ${summary.id} has more than is loaded`, timeline.current.hasOlder, false);
    const shown = timeline.current.messages.filter(({ seq }) => seq !== null);
    const visible = messages.filter(({ seq }) => !personal?.isHidden(tab.userId, summary.id, seq));
    equal(`${tab.id}: messages of ${summary.id}`, shown.map(messageOf), visible.map(messageIn));
    const members = view.members.current.map(({ id, role, deliveredSeq, readSeq }) => [id, role, deliveredSeq, readSeq]);
    equal(`${tab.id}: members of ${summary.id}`, members.toSorted(), marks);
  }
}

/** What is one's own is on every device as the database has it, and nothing of it waits any more. */
export async function comparePersonal(world: SimWorld): Promise<void> {
  const { personal } = world.server;
  if (!personal) return;
  for (const tab of world.tabs()) {
    const { settings, blocks } = tab.chat;
    const rows = (table: string) => personal.rows(tab.userId, table);
    equal(
      `${tab.id}: settings`,
      [...settings.all.current].map(([id, kept]) => [id, kept.notifyLevel, kept.pinnedAt !== null, kept.unreadFrom]).toSorted(),
      rows('conversation_settings')
        .map((row) => [row.conversation_id, row.notify_level, row.pinned_at !== null, row.unread_from])
        .toSorted()
    );
    const blocked = rows('blocks').filter(({ lifted_at }) => lifted_at === null);
    equal(`${tab.id}: blocks`, [...blocks.all.current].toSorted(), blocked.map((row) => row.blocked_id).toSorted());
  }
  for (const device of world.devices) equal(`${device.name}: wishes`, await device.store.wishes(device.userId), []);
}

/** At any moment: nobody is shown a message twice, or as stored when it is not, or out of order. */
export function check(world: SimWorld): void {
  const failure = world.failures[0];
  if (failure) throw failure;
  for (const tab of world.tabs()) {
    for (const [id, view] of tab.views) {
      const { messages } = view.timeline.current;
      const keys = new Set(messages.map(({ key }) => key));
      if (keys.size < messages.length) throw new Error(`${tab.id} shows a message of ${id} twice`);
      let before = 0;
      for (const message of messages) {
        if (message.seq !== null && message.seq <= before) throw new Error(`${tab.id}: ${before} before ${message.seq} in ${id}`);
        before = message.seq ?? before;
        const isSaidToBeStored = message.mine && !message.notice && ['sent', 'delivered', 'read'].includes(message.status ?? '');
        if (isSaidToBeStored && !world.ledger.performed.has(message.id))
          throw new Error(`${tab.id} shows ${message.id} as stored, and it is not`);
      }
    }
  }
}

/** What was kept is there once, in the order in which it was written; what was discarded unsent is not. */
export async function checkPromises(world: SimWorld, truths: ReadonlyMap<string, ReadonlyMap<string, Truth>>): Promise<void> {
  const { ledger } = world;
  const seqs = new Map<string, number>();
  for (const [userId, truth] of truths) {
    for (const [id, { messages }] of truth) {
      for (const message of messages) {
        if (message.kind !== 'text') continue;
        checkChanges(world, userId, message);
        if (message.sender_id !== userId) continue;
        if (seqs.has(message.id)) throw new Error(`${message.id} is there twice`);
        seqs.set(message.id, message.seq);
        if (ledger.never.has(message.id)) throw new Error(`${message.id} was discarded, and is there, in ${id}`);
      }
    }
  }
  const last = new Map<string, number>();
  for (const { id, writer, userId, conversationId } of ledger.kept.values()) {
    if (ledger.refused.has(id) || ledger.discarded.has(id)) continue;
    // Who is not a member any more cannot look; it was stored all the same.
    if (!ledger.performed.has(id)) throw new Error(`${id} of ${writer} was kept, and is not there`);
    const seq = seqs.get(id);
    if (seq === undefined) {
      if (truths.get(userId)!.has(conversationId)) throw new Error(`${id} of ${writer} is not there`);
      continue;
    }
    const place = `${writer} ${conversationId}`;
    if (seq < (last.get(place) ?? 0)) throw new Error(`${id} of ${writer} came out of turn`);
    last.set(place, seq);
  }
  for (const [place, { seq, at }] of ledger.reads) {
    const [userId, id] = place.split(' ') as [string, string];
    const entry = truths.get(userId)!.get(id)?.entry;
    // Who has been away since begins anew.
    if (!entry || Date.parse(entry.joined_at) > at) continue;
    if (entry.read_seq < seq) throw new Error(`${userId} has read ${id} up to ${seq}, and it is known up to ${entry.read_seq}`);
  }
  for (const device of world.devices) {
    const left = (await device.store.entries(device.userId)).filter((entry) => !entry.refusal);
    if (left.length > 0) throw new Error(`${device.name} still keeps ${left.map(({ id }) => id).join()}`);
  }
}

/** No request that came late or twice has undone what was changed after it. */
function checkChanges({ ledger, network }: SimWorld, userId: string, message: MessageRow): void {
  const place = `${message.conversation_id}/${message.seq}`;
  if (message.deleted_at) return;
  const said = ledger.says.get(place);
  if (said !== undefined && said !== message.content) throw new Error(`${place} says ${message.content} instead of ${said}`);
  // What somebody who is withheld gives is nowhere.
  if (network.counts['mishap withheld']) return;
  for (const emoji of EMOJI) {
    const gave = ledger.reacts.get(`${place}/${emoji}/${userId}`);
    if (gave !== undefined && gave !== (message.my_reactions?.includes(emoji) ?? false))
      throw new Error(`${place} ${gave ? 'has lost' : 'has again'} the ${emoji} of ${userId}`);
  }
}

const summaryOf = ({
  title,
  isGroup,
  role,
  memberCount,
  isLarge,
  lastSeq,
  readSeq,
  unread,
  lastMessage
}: ConversationSummary) => ({
  title: isGroup ? title : null,
  role,
  memberCount,
  isLarge,
  lastSeq,
  readSeq,
  unread,
  last: lastMessage && [lastMessage.seq, lastMessage.content, lastMessage.deleted]
});

const summaryIn = (entry: SyncEntry): ReturnType<typeof summaryOf> => ({
  title: entry.title,
  role: entry.role,
  memberCount: entry.member_count,
  isLarge: entry.is_large,
  lastSeq: entry.last_seq,
  readSeq: entry.read_seq,
  unread: entry.unread,
  last: entry.last_message && [entry.last_message.seq, entry.last_message.content, entry.last_message.deleted_at !== null]
});

const messageOf = ({ seq, id, content, deleted, edited, replyTo, notice, reactions }: TimelineMessage) => ({
  seq,
  id,
  content,
  deleted,
  edited,
  replyTo,
  notice: notice?.code ?? null,
  reactions: reactions.map(({ emoji, count, mine }) => [emoji, count, mine]).toSorted()
});

const messageIn = (row: MessageRow): ReturnType<typeof messageOf> => ({
  seq: row.seq,
  id: row.id,
  content: row.content,
  deleted: row.deleted_at !== null,
  edited: row.edited_at !== null,
  replyTo: row.reply_to,
  notice: row.system?.code ?? null,
  reactions: Object.entries(row.reactions)
    .map(([emoji, { count }]) => [emoji, count, row.my_reactions?.includes(emoji) ?? false] as [string, number, boolean])
    .toSorted()
});

function equal(what: string, shown: unknown, stored: unknown): void {
  try {
    assert.deepEqual(shown, stored);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}
