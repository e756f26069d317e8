/**
 * The database in memory: what its functions do to numbers, memberships, messages and receipts, what they refuse, and what they announce
 * to whom. Written from the migrations, not from the client, so that the two can be compared; a run against Postgres compares it, too.
 */
import type { Backend, Marks } from '../../../web/lib/chat/backend.ts';
import { Refused } from '../../../web/lib/chat/errors.ts';
import type { MarkRow } from '../../../web/lib/chat/wire/receipts.ts';
import type { MessageRow } from '../../../web/lib/chat/wire/rows.ts';
import { headerOf, present, shownTo, type Conversation, type Membership, type Stored } from './model-conversation.ts';
import { ModelPersonal } from './model-personal.ts';
import { syncOver } from './model-sync.ts';
import { type Announced, type Limits, notPlayed, type SimServer } from './server.ts';

type Entry = Parameters<Backend['perform']>[0];

/** So many states before the present one can still be seen by sync(): what is announced may be ahead of what is visible. */
const STATES = 3;
const RANKS = ['owner', 'admin', 'member', 'guest'];

const refuse = (code: string): never => {
  throw new Refused(code, code, 400);
};

export class ModelServer implements SimServer {
  readonly people: readonly string[];
  /** What is each person's own. */
  readonly personal: ModelPersonal;
  #limits: Limits;
  #now: () => number;
  /** Which state sync() sees: 0 is the present one. */
  #stale: () => number;
  #states: ReadonlyMap<string, Conversation>[] = [new Map()];
  #announced: Announced[] = [];
  #withheld = new Set<string>();
  /** Changes that were made, by the id that came with them. */
  #made = new Set<string>();
  #ids = 0;

  constructor(people: readonly string[], limits: Limits, now: () => number, stale: () => number) {
    this.people = people;
    this.#limits = limits;
    this.#now = now;
    this.#stale = stale;
    this.personal = new ModelPersonal({
      now,
      page: limits.page,
      tell: (userId, change) => this.#tell([userId], 'personal', change),
      countsOf: (userId, id) => {
        const { last_seq, quiet_count } = headerOf(this.#joined(id, userId));
        return { lastSeq: last_seq, quietCount: quiet_count };
      },
      markRead: (userId, id, seq) => void this.#mark(userId, { [id]: seq }, 'read')
    });
  }

  /** Everything is visible again at once. */
  settle(): void {
    this.#stale = () => 0;
  }

  async drain(): Promise<Announced[]> {
    return this.#announced.splice(0);
  }

  async mayHear(userId: string, topic: string): Promise<boolean> {
    const [kind, id, epoch] = topic.split(':') as [string, string, string?];
    if (kind === 'user') return id === userId;
    if (kind !== 'feed') return true;
    return this.#all.get(id)?.members.get(userId)?.left_at === null && this.#all.get(id)?.epoch === Number(epoch);
  }

  async withhold(userId: string, isWithheld: boolean): Promise<void> {
    if (isWithheld) this.#withheld.add(userId);
    else this.#withheld.delete(userId);
  }

  backend(me: string): Backend {
    const profile = (id: string) => ({ id, handle: id.slice(-12), display_name: `Person ${id.slice(-2)}`, avatar_url: null });
    return {
      ...this.personal.backend(me),
      sync: async (cursors, personal) => {
        const state = this.#states[Math.max(0, this.#states.length - 1 - this.#stale())]!;
        const isHidden = (id: string, seq: number) => this.personal.isHidden(me, id, seq);
        const answer = syncOver(state, me, cursors, this.#limits, isHidden);
        if (personal === undefined) return answer;
        const own = this.personal.since(me, personal);
        return { ...answer, personal: own };
      },
      history: async (id, before, limit) => {
        // Who is not a member is shown nothing.
        if (this.#all.get(id)?.members.get(me)?.left_at !== null) return [];
        const older = this.#all.get(id)!.messages.filter((message) => message.seq < before);
        const seen = older.filter((message) => !message.isWithheld || message.sender_id === me);
        const rows = seen.slice(-limit).toReversed();
        return rows.map((message) => ({ my_reactions: [], ...shownTo(message, me, this.#limits) }));
      },
      // What is played here neither pins nor jumps: only the messages that others answer are asked for.
      find: async (id, query) => {
        if (query.type !== 'these' || this.#all.get(id)?.members.get(me)?.left_at !== null) return [];
        const found = this.#all.get(id)!.messages.filter((message) => query.seqs.includes(message.seq));
        const seen = found.filter((message) => !message.isWithheld || message.sender_id === me);
        return seen.map((message) => ({ my_reactions: [], ...shownTo(message, me, this.#limits) }));
      },
      permissions: async () => [],
      forward: () => notPlayed('forward'),
      closePoll: () => notPlayed('closePoll'),
      perform: async (entry) => this.#perform(me, entry),
      markDelivered: async (marks) => this.#mark(me, marks, 'delivered'),
      markRead: async (marks) => this.#mark(me, marks, 'read'),
      statuses: async () => [],
      startDirect: async (other) => this.#startDirect(me, other),
      createGroup: async (title, others) => this.#create('group', title, me, [me, ...others.filter((id) => id !== me)]),
      rename: async (id, title) => {
        const before = this.#allowed(id, me, 1);
        if (before.title === title) return;
        const after = this.#put({ ...before, title, revision: before.revision + 1 });
        this.#announce(after, 'conversation', { revision: after.revision, conversation: headerOf(after) });
        this.#system(id, me, { code: 'renamed', title });
      },
      addMembers: async (id, userIds) => this.#add(id, me, userIds),
      removeMember: async (id, userId) => this.#remove(id, me, userId),
      leave: async (id) => this.#remove(id, me, me),
      setRole: async (id, userId, role) => {
        const before = this.#allowed(id, me, 0);
        const member = before.members.get(userId);
        if (userId === me) refuse('not_allowed');
        if (!member || member.left_at) return refuse('member_not_found');
        if (member.role === role) return;
        const revision = before.revision + 1;
        const changed: Membership[] = [{ ...member, role, revision }];
        if (role === 'owner') changed.push({ ...before.members.get(me)!, role: 'admin', revision });
        const after = this.#put({ ...before, revision, members: withMembers(before, changed) });
        this.#announceMembers(after, changed);
        this.#system(id, me, { code: 'role_changed', user_id: userId, role });
      },
      members: async (id) => present(this.#get(id)).map((member) => ({ ...member, delivered_at: null, read_at: null })),
      profiles: async (ids) => ids.map(profile),
      updateProfile: async (id) => profile(id),
      searchUsers: async () => [],
      heartbeat: async () => {},
      presence: async () => []
    };
  }

  get #all(): ReadonlyMap<string, Conversation> {
    return this.#states.at(-1)!;
  }

  get #at(): string {
    return new Date(this.#now()).toISOString();
  }

  #get(id: string): Conversation {
    return this.#all.get(id) ?? refuse('conversation_not_found');
  }

  #put(conversation: Conversation): Conversation {
    this.#states = [...this.#states.slice(-STATES), new Map(this.#all).set(conversation.id, conversation)];
    return conversation;
  }

  #joined(id: string, me: string): Conversation {
    const conversation = this.#get(id);
    if (conversation.members.get(me)?.left_at !== null) refuse('not_a_member');
    return conversation;
  }

  /** In a group, for whoever is at least this. */
  #allowed(id: string, me: string, rank: number): Conversation {
    const conversation = this.#joined(id, me);
    if (conversation.kind === 'direct' || RANKS.indexOf(conversation.members.get(me)!.role) > rank) refuse('not_allowed');
    return conversation;
  }

  #tell(to: readonly string[], event: string, payload: object): void {
    for (const id of to) this.#announced.push({ topic: `user:${id}`, event, payload });
  }

  #announce(conversation: Conversation, event: string, more: object): void {
    const payload = { conversation_id: conversation.id, ...more };
    if (!conversation.is_large)
      return this.#tell(
        present(conversation).map((member) => member.user_id),
        event,
        payload
      );
    const topic = `feed:${conversation.id}:${conversation.epoch}`;
    this.#announced.push({ topic, event, payload });
  }

  #membersEvent(conversation: Conversation, changed: readonly Membership[]) {
    const { revision, epoch } = conversation;
    return { conversation_id: conversation.id, revision, epoch, member_count: present(conversation).length, members: changed };
  }

  #announceMembers(conversation: Conversation, changed: readonly Membership[]): void {
    this.#announce(conversation, 'member', this.#membersEvent(conversation, changed));
  }

  #announceMessage(conversation: Conversation, message: Stored): void {
    const { revision } = message;
    this.#announce(
      message.isWithheld && !conversation.is_large ? without(conversation, message.sender_id) : conversation,
      'message',
      { revision, message: shownTo(message, null, this.#limits) }
    );
    const { sender_id } = message;
    if (!message.isWithheld || !sender_id || conversation.members.get(sender_id)?.left_at !== null) return;
    const whole = shownTo(message, sender_id, this.#limits);
    this.#tell([sender_id], 'message', { conversation_id: conversation.id, revision, message: whole });
  }

  #place(id: string, message: Partial<Stored>): Stored {
    const before = this.#get(id);
    const stored: Stored = {
      conversation_id: id,
      seq: before.messages.length + 1,
      id: `eeeeeeee-0000-4000-8000-${String((this.#ids += 1)).padStart(12, '0')}`,
      sender_id: null,
      kind: 'text',
      content: '',
      system: null,
      is_quiet: false,
      edited_at: null,
      reply_to: null,
      pinned_at: null,
      reactions: [],
      deleted_at: null,
      created_at: this.#at,
      isWithheld: false,
      ...message,
      revision: before.revision + 1
    };
    const after = this.#put({ ...before, revision: stored.revision, messages: [...before.messages, stored] });
    this.#announceMessage(after, stored);
    return stored;
  }

  #system(id: string, actor: string, system: { code: string } & Record<string, unknown>): void {
    this.#place(id, { kind: 'system', sender_id: actor, system, is_quiet: true });
  }

  #perform(me: string, { conversationId, id, content, action }: Entry): MessageRow {
    if (action.type === 'send') {
      for (const { messages } of this.#all.values()) {
        const sent = messages.find((message) => message.sender_id === me && message.id === id);
        if (sent) return this.#told(sent);
      }
      this.#joined(conversationId, me);
      if (action.replyTo !== null) this.#living(conversationId, action.replyTo, me);
      const isWithheld = this.#withheld.has(me);
      const reply_to = action.replyTo;
      return this.#told(this.#place(conversationId, { id, sender_id: me, content, reply_to, isWithheld, is_quiet: isWithheld }));
    }
    if (action.type === 'poll' || action.type === 'pin' || action.type === 'vote') return notPlayed(action.type);
    const conversation = this.#joined(conversationId, me);
    if (action.type === 'delete') {
      const message = this.#visible(conversation, action.seq, me);
      if (message.kind === 'system') refuse('message_is_system');
      if (message.sender_id !== me) this.#allowed(conversationId, me, 1);
      if (message.deleted_at) return this.#told(message);
      return this.#told(
        this.#change(conversation, { ...message, content: '', reactions: [], edited_at: null, deleted_at: this.#at })
      );
    }
    const message = this.#living(conversationId, action.seq, me);
    if (action.type === 'edit') {
      if (message.sender_id !== me) refuse('not_allowed');
      if (this.#isRepeated(message, id)) return this.#told(message);
      if (message.content === content || (this.#withheld.has(me) && !message.isWithheld)) return this.#told(message);
      return this.#told(this.#change(conversation, { ...message, content, edited_at: this.#at }));
    }
    const { emoji, on } = action;
    if (on && (this.#withheld.has(me) || message.isWithheld)) return this.#told(message);
    if (this.#isRepeated(message, id)) return this.#told(message);
    const before = message.reactions.find((reaction) => reaction.emoji === emoji);
    if ((before?.by.includes(me) ?? false) === on) return this.#told(message);
    const by = on ? [...(before?.by ?? []), me] : before!.by.filter((userId) => userId !== me);
    const reaction = { emoji, since: before?.since ?? this.#at, by, last: { user_id: me, added: on } };
    const others = message.reactions.filter((other) => other.emoji !== emoji);
    return this.#told(this.#change(conversation, { ...message, reactions: by.length > 0 ? [...others, reaction] : others }));
  }

  /** Whether it has been made before; from now on it has. */
  #isRepeated(message: Stored, id: string): boolean {
    const change = `${message.conversation_id}/${message.seq}/${id}`;
    const isRepeated = this.#made.has(change);
    this.#made.add(change);
    return isRepeated;
  }

  /** As the answer of a call: without what is one's own, and not saying that it is withheld. */
  #told(message: Stored): MessageRow {
    return shownTo({ ...message, is_quiet: message.is_quiet && !message.isWithheld, isWithheld: false }, null, this.#limits);
  }

  #visible(conversation: Conversation, seq: number, me: string): Stored {
    const message = conversation.messages[seq - 1];
    return message && (!message.isWithheld || message.sender_id === me) ? message : refuse('message_not_found');
  }

  #living(id: string, seq: number, me: string): Stored {
    const message = this.#visible(this.#get(id), seq, me);
    if (message.kind === 'system') refuse('message_is_system');
    return message.deleted_at ? refuse('message_deleted') : message;
  }

  #change(conversation: Conversation, message: Stored): Stored {
    const changed = { ...message, revision: conversation.revision + 1 };
    const messages = conversation.messages.with(message.seq - 1, changed);
    this.#announceMessage(this.#put({ ...conversation, revision: changed.revision, messages }), changed);
    return changed;
  }

  #mark(me: string, marks: Marks, kind: 'delivered' | 'read'): MarkRow[] {
    const rows: MarkRow[] = [];
    for (const [id, seq] of Object.entries(marks)) {
      const conversation = this.#all.get(id);
      const before = conversation?.members.get(me);
      if (!conversation || before?.left_at !== null) continue;
      const up = Math.min(seq, conversation.messages.length);
      const delivered_seq = Math.max(before.delivered_seq, up);
      const read_seq = kind === 'read' ? Math.max(before.read_seq, up) : before.read_seq;
      rows.push({ conversation_id: id, delivered_seq, read_seq });
      if (kind === 'read') this.personal.read(me, id, up);
      if (delivered_seq === before.delivered_seq && read_seq === before.read_seq) continue;
      const from = Math.min(before.delivered_seq, before.read_seq);
      const senders = new Set(
        conversation.messages.filter((m) => m.seq > from && m.kind !== 'system' && !m.isWithheld).map((m) => m.sender_id)
      );
      const all = present(conversation).map((member) => member.user_id);
      const covered = all.length <= this.#limits.receiptsMax ? all.filter((other) => other !== me && senders.has(other)) : [];
      this.#put({ ...conversation, members: withMembers(conversation, [{ ...before, delivered_seq, read_seq }]) });
      const receipt = { conversation_id: id, user_id: me, delivered_seq, delivered_at: this.#at, read_seq, read_at: this.#at };
      this.#tell([...covered, me], 'receipt', receipt);
    }
    if (rows.length === 0 && Object.keys(marks).length > 0) refuse('not_a_member');
    return rows;
  }

  #startDirect(me: string, other: string): string {
    const id = `dddddddd-${[me, other]
      .toSorted()
      .map((one) => one.slice(-4))
      .join('-')}-8000-000000000000`;
    return this.#all.has(id) ? id : this.#create('direct', null, me, [me, other], id);
  }

  #create(kind: Conversation['kind'], title: string | null, me: string, userIds: readonly string[], id?: string): string {
    const made: Conversation = {
      id: id ?? `cccccccc-0000-4000-8000-${String((this.#ids += 1)).padStart(12, '0')}`,
      kind,
      title,
      created_by: me,
      created_at: this.#at,
      revision: 1,
      epoch: 1,
      is_large: false,
      messages: [],
      members: new Map()
    };
    const conversation = this.#put(this.#withJoined(made, userIds, kind === 'group' ? 'owner' : 'member'));
    const event = { conversation_id: made.id, revision: 1, conversation: headerOf(conversation) };
    this.#tell(userIds, 'conversation', event);
    return made.id;
  }

  #add(id: string, me: string, userIds: readonly string[]): void {
    const before = this.#allowed(id, me, 1);
    const joining = userIds.filter((userId) => before.members.get(userId)?.left_at !== null);
    if (joining.length === 0) return;
    const after = this.#put(this.#withJoined({ ...before, revision: before.revision + 1 }, joining, 'member'));
    const there = present(before).map((member) => member.user_id);
    const changed = { conversation_id: id, revision: after.revision, conversation: headerOf(after) };
    this.#tell(joining, 'conversation', changed);
    const members = joining.map((userId) => after.members.get(userId)!);
    if (after.is_large && !before.is_large) this.#tell(there, 'conversation', changed);
    else if (after.is_large) this.#announceMembers(after, members);
    else this.#tell(there, 'member', this.#membersEvent(after, members));
    this.#system(id, me, { code: 'members_added', count: joining.length, user_ids: joining });
  }

  #withJoined(conversation: Conversation, userIds: readonly string[], first: Membership['role']): Conversation {
    const { revision, messages } = conversation;
    const joining = userIds.map((user_id, index): Membership => {
      const before = conversation.members.get(user_id);
      return {
        user_id,
        role: conversation.members.size === 0 && index === 0 ? first : 'member',
        joined_at: this.#at,
        left_at: null,
        revision,
        handle: user_id.slice(-12),
        display_name: `Person ${user_id.slice(-2)}`,
        avatar_url: null,
        delivered_seq: Math.max(before?.delivered_seq ?? 0, messages.length),
        read_seq: Math.max(before?.read_seq ?? 0, messages.length)
      };
    });
    const joined = { ...conversation, members: withMembers(conversation, joining) };
    return { ...joined, is_large: joined.is_large || present(joined).length > this.#limits.smallMax };
  }

  #remove(id: string, me: string, userId: string): void {
    const before = me === userId ? this.#joined(id, me) : this.#allowed(id, me, 1);
    if (before.kind === 'direct') refuse('pair_is_fixed');
    const member = before.members.get(userId);
    if (!member || member.left_at) return refuse('member_not_found');
    if (me !== userId && RANKS.indexOf(member.role) <= RANKS.indexOf(before.members.get(me)!.role)) refuse('not_allowed');
    const revision = before.revision + 1;
    const changed: Membership[] = [{ ...member, left_at: this.#at, role: 'member', revision }];
    const heirs = present(before).filter((other) => other.user_id !== userId);
    const heir = heirs.toSorted((a, b) => RANKS.indexOf(a.role) - RANKS.indexOf(b.role))[0];
    if (member.role === 'owner' && heir) changed.push({ ...heir, role: 'owner', revision });
    const after = this.#put({ ...before, revision, epoch: before.epoch + 1, members: withMembers(before, changed) });
    if (before.is_large) {
      const payload = { conversation_id: id, epoch: after.epoch };
      this.#announced.push({ topic: `feed:${id}:${before.epoch}`, event: 'moved', payload });
    }
    this.#announceMembers(after, changed);
    this.#tell([userId], 'removed', { conversation_id: id });
    this.#system(id, me, { code: me === userId ? 'member_left' : 'member_removed', user_id: userId });
  }
}

function withMembers(conversation: Conversation, changed: readonly Membership[]): ReadonlyMap<string, Membership> {
  return new Map([...conversation.members, ...changed.map((member): [string, Membership] => [member.user_id, member])]);
}

/** For announcing to everybody else. */
function without(conversation: Conversation, userId: string | null): Conversation {
  return { ...conversation, members: new Map([...conversation.members].filter(([id]) => id !== userId)) };
}
