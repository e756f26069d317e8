import type {
  Chat,
  ConnectionState,
  ConversationSummary,
  ConversationView,
  Landing,
  LinkPreview,
  Member,
  Permission,
  Person,
  Refusal,
  Thread,
  Timeline,
  TimelineMessage
} from '../../web/lib/chat/index.ts';
import { fakePersonal } from './fake-personal.ts';
import { Settable } from './settable.ts';

export function person(id: string, displayName: string, handle = displayName.split(' ')[0]!.toLowerCase()): Person {
  return { id, displayName, handle, avatarUrl: null };
}

export function message(seq: number | null, content: string, given: Partial<TimelineMessage> = {}): TimelineMessage {
  const mine = given.mine ?? false;
  const id = given.id ?? `message-${seq ?? content}`;
  const senderId = given.senderId ?? (mine ? 'me' : 'bob');
  return {
    key: given.key ?? `${senderId} ${id}`,
    id,
    seq,
    senderId,
    sender: given.sender ?? null,
    mine,
    content,
    notice: given.notice ?? null,
    deleted: given.deleted ?? false,
    edited: given.edited ?? false,
    pinned: given.pinned ?? false,
    deletedByOther: given.deletedByOther ?? false,
    closed: given.closed ?? null,
    expiresAt: given.expiresAt ?? null,
    threadSeq: given.threadSeq ?? null,
    thread: given.thread ?? null,
    mentions: given.mentions ?? [],
    attachments: given.attachments ?? [],
    attachmentCount: given.attachmentCount ?? 0,
    forwarded: given.forwarded ?? null,
    poll: given.poll ?? null,
    preview: given.preview ?? null,
    replyTo: given.replyTo ?? null,
    reactions: given.reactions ?? [],
    change: given.change ?? null,
    createdAt: given.createdAt ?? new Date(),
    status: given.status ?? (mine ? (seq === null ? 'sending' : 'sent') : null),
    refusal: (given.refusal ?? null) as Refusal | null
  };
}

export function summary(given: Partial<ConversationSummary> & { id: string; title: string }): ConversationSummary {
  return {
    kind: 'direct',
    isGroup: false,
    partner: null,
    presence: null,
    role: 'member',
    memberCount: 2,
    isLarge: false,
    isEncrypted: false,
    description: null,
    closedAt: null,
    postRole: 'guest',
    slowModeSeconds: 0,
    disappearAfterSeconds: null,
    createdAt: new Date(),
    lastMessage: null,
    lastActivityAt: given.lastMessage?.createdAt ?? new Date(),
    lastSeq: 0,
    readSeq: 0,
    unread: 0,
    markedUnread: false,
    pinned: false,
    archived: false,
    notifyLevel: 'all',
    muted: false,
    mutedUntil: null,
    typing: [],
    ...given
  };
}

/** A conversation whose every Live is set by hand; what the app does is written down in `calls`. */
export class FakeView implements ConversationView {
  readonly id: string;
  readonly summary;
  readonly lost = new Settable(false);
  readonly timeline;
  readonly quoted = new Settable<ReadonlyMap<number, TimelineMessage>>(new Map());
  readonly pins = new Settable<readonly TimelineMessage[]>([]);
  readonly may = new Settable<ReadonlySet<Permission>>(new Set(['react', 'edit_own', 'delete_own', 'pin', 'poll']));
  readonly members = new Settable<readonly Member[]>([]);
  readonly typing = new Settable<readonly Person[]>([]);
  readonly here = new Settable<ReadonlySet<string>>(new Set());
  readonly calls: [name: string, ...args: unknown[]][] = [];
  onLoadOlder: () => Promise<void> = async () => {};

  constructor(given: ConversationSummary, timeline: Partial<Timeline> = {}) {
    this.id = given.id;
    this.summary = new Settable<ConversationSummary | null>(given);
    this.timeline = new Settable<Timeline>({
      messages: [],
      hasOlder: false,
      hasNewer: false,
      loadingOlder: false,
      loaded: true,
      error: null,
      readSeqAtOpen: Number.MAX_SAFE_INTEGER,
      ...timeline
    });
  }

  #call(...call: [name: string, ...args: unknown[]]): void {
    this.calls.push(call);
  }

  loadOlder = async () => {
    this.#call('loadOlder');
    await this.onLoadOlder();
  };
  loadNewer = async () => this.#call('loadNewer');
  jump = async (seq: number): Promise<Landing> => {
    this.#call('jump', seq);
    const target = this.timeline.current.messages.find((one) => one.seq === seq);
    return target ? { found: true, threadSeq: target.threadSeq } : { found: false };
  };
  toEnd = () => this.#call('toEnd');
  openThread = (seq: number): Thread => {
    this.#call('openThread', seq);
    const all = this.timeline.current.messages;
    return {
      root: new Settable(all.find((one) => one.seq === seq) ?? null),
      timeline: new Settable({ ...this.timeline.current, messages: all.filter((one) => one.threadSeq === seq) }),
      loadOlder: async () => {},
      send: this.send,
      sendFiles: this.sendFiles,
      reply: this.reply,
      close: () => {}
    };
  };
  ask = (question: string) => this.send(question);
  vote = (seq: number, options: readonly number[]) => this.#call('vote', seq, options);
  pin = (seq: number, on: boolean) => this.#call('pin', seq, on);
  closePoll = async (seq: number) => this.#call('closePoll', seq);
  forward = async (seq: number, to: readonly string[]) => this.#call('forward', seq, ...to);
  send = (content: string, preview?: LinkPreview) => {
    this.#call('send', content, ...(preview ? [preview] : []));
    const sent = message(null, content, { mine: true, id: crypto.randomUUID() });
    this.timeline.set({ ...this.timeline.current, messages: [...this.timeline.current.messages, sent] });
    return sent.id;
  };
  sendFiles = async (content: string) => this.send(content);
  reply = (seq: number, content: string, preview?: LinkPreview) => {
    this.#call('reply', seq, content, ...(preview ? [preview] : []));
    return crypto.randomUUID();
  };
  edit = (seq: number, content: string) => this.#call('edit', seq, content);
  delete = (seq: number) => this.#call('delete', seq);
  react = (seq: number, emoji: string, on: boolean) => this.#call('react', seq, emoji, on);
  hide = (seq: number, hidden = true) => this.#call('hide', seq, hidden);
  retry = (messageId: string) => this.#call('retry', messageId);
  discard = (messageId: string) => {
    this.#call('discard', messageId);
    const { messages } = this.timeline.current;
    this.timeline.set({ ...this.timeline.current, messages: messages.filter((one) => one.id !== messageId) });
    return messages.find((one) => one.id === messageId)?.content ?? null;
  };
  keystroke = () => this.#call('keystroke');
  stopTyping = () => this.#call('stopTyping');
  markVisible = (seq: number) => this.#call('markVisible', seq);
  receipts = async () => [];
  rename = async (title: string) => this.#call('rename', title);
  addMembers = async (userIds: readonly string[]) => this.#call('addMembers', ...userIds);
  removeMember = async (userId: string) => this.#call('removeMember', userId);
  setRole = async (userId: string, role: string) => this.#call('setRole', userId, role);
  leave = async () => this.#call('leave');
  close = () => this.#call('close');
}

/** A chat of the given conversations. */
export function fakeChat(
  me: Person,
  views: readonly FakeView[],
  people: readonly Person[] = []
): Chat & { connection: Settable<ConnectionState> } {
  const items = views.map((view) => view.summary.current!);
  return {
    userId: me.id,
    deviceId: async () => 'device',
    connection: new Settable<ConnectionState>({ phase: 'live' }),
    canSeal: new Settable<boolean | null>(null),
    encryption: () => Promise.reject(new Error('Nothing is encrypted here.')),
    me: new Settable<Person | null>(me),
    conversations: new Settable({ items, unread: items.reduce((sum, item) => sum + item.unread, 0), loaded: true }),
    presence: new Settable(new Map()),
    ...fakePersonal(),
    unsentCount: new Settable(0),
    start: async () => {},
    stop: async () => {},
    reconnect: () => {},
    openConversation(id) {
      const view = views.find((one) => one.id === id);
      if (view) return view;
      const unknown = new FakeView(summary({ id, title: '' }));
      unknown.summary.set(null);
      unknown.lost.set(true);
      return unknown;
    },
    startDirect: async (userId) => views.find((view) => view.summary.current?.partner?.id === userId)?.id ?? views[0]!.id,
    createGroup: async () => views[0]!.id,
    searchUsers: async (query) =>
      people.filter((one) => `${one.displayName} ${one.handle}`.toLowerCase().includes(query.toLowerCase())),
    fetchPresence: async () => new Map(),
    watchPresence: () => () => {},
    updateProfile: async () => me,
    files: { address: async () => '', download: async () => '', types: async () => new Map() },
    wipe: async () => {}
  };
}
