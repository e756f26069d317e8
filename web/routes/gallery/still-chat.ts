import type { Chat, ConversationSummary, ConversationView, Live, Member, Permission, Timeline } from '#lib/chat/index.ts';
import { Conversation } from '#lib/state/conversation.svelte.ts';
import { Talk } from '#lib/state/talk.svelte.ts';
import { bob, carol, dora, me } from './people.ts';
import { sampleFiles } from './sample-files.ts';
import { ago, sample } from './sample-messages.ts';
import { still } from './still.ts';

const live = <T>(current: T): Live<T> => ({ current, subscribe: () => () => undefined });

const ALLOWED: readonly Permission[] = ['react', 'edit_own', 'delete_own', 'pin', 'poll', 'attach'];

export function sampleSummary(given: Partial<ConversationSummary> & { id: string; title: string }): ConversationSummary {
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
    createdAt: ago(60 * 24 * 40),
    lastMessage: null,
    lastActivityAt: ago(3),
    lastSeq: 1,
    readSeq: 1,
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

/** What is answered in the samples. */
export const QUOTED_SEQ = 1;
const quoted = sample({ seq: QUOTED_SEQ, content: 'Ten o’clock suits me. Who brings the key to the back door?' });

/** Rows of the conversation list, one for each thing that can be said about a conversation. */
export const summaries: readonly ConversationSummary[] = [
  sampleSummary({
    id: 'bob',
    title: bob.displayName,
    partner: bob,
    presence: { status: 'online', lastSeenAt: null },
    lastMessage: sample({ seq: 2, content: 'See you at ten', mine: true, status: 'read' }),
    pinned: true
  }),
  sampleSummary({
    id: 'carol',
    title: carol.displayName,
    partner: carol,
    presence: { status: 'away', lastSeenAt: null },
    lastMessage: sample({ seq: 3, sender: carol, content: 'Did you see the new listing?' }),
    unread: 3
  }),
  sampleSummary({
    id: 'harbour',
    title: 'Harbour café',
    kind: 'group',
    isGroup: true,
    memberCount: 4,
    typing: [bob, carol],
    unread: 128,
    muted: true
  }),
  sampleSummary({ id: 'new', title: 'Quarterdeck', kind: 'group', isGroup: true, memberCount: 12, markedUnread: true }),
  sampleSummary({
    id: 'dora',
    title: dora.displayName,
    partner: dora,
    lastMessage: sample({ seq: 4, content: '', deleted: true, mine: true, status: null }),
    lastActivityAt: ago(60 * 30)
  })
];

const empty: Timeline = {
  messages: [quoted],
  hasOlder: false,
  hasNewer: false,
  loadingOlder: false,
  loaded: true,
  error: null,
  readSeqAtOpen: QUOTED_SEQ
};

/** A chat in which nothing ever happens. */
export const stillChat: Chat = still<Chat>({
  userId: me.id,
  connection: live({ phase: 'live' }),
  canSeal: live<boolean | null>(true),
  me: live(me),
  conversations: live({ items: summaries, unread: 131, loaded: true }),
  presence: live(new Map()),
  unsentCount: live(0),
  files: sampleFiles,
  drafts: still<Chat['drafts']>({ all: live(new Map()) }),
  settings: still<Chat['settings']>({ all: live(new Map()) }),
  blocks: still<Chat['blocks']>({ all: live(new Set()) }),
  scheduled: still<Chat['scheduled']>({ all: live([]) }),
  notifications: still<Chat['notifications']>({
    list: live({ items: [], unread: 0, unreadBy: new Map(), unacknowledged: [], loaded: true })
  }),
  searchUsers: async () => [bob, carol, dora]
});

/** The conversation that the samples are said in. */
export function stillTalk(): Talk {
  const summary = sampleSummary({ id: 'samples', title: 'Harbour café', kind: 'group', isGroup: true, memberCount: 4 });
  const view = still<ConversationView>({
    id: summary.id,
    summary: live<ConversationSummary | null>(summary),
    lost: live(false),
    timeline: live(empty),
    quoted: live(new Map()),
    pins: live([]),
    may: live<ReadonlySet<Permission>>(new Set(ALLOWED)),
    members: live<readonly Member[]>([]),
    typing: live([]),
    here: live(new Set())
  });
  return new Talk(
    { chat: stillChat, conversation: new Conversation(view), supabase: still({}) },
    { get: () => null, set: () => undefined },
    () => undefined
  );
}
