import type { ConversationSummary, Permission, TimelineMessage } from '#lib/chat/index.ts';

export type MessageAction =
  'reply' | 'thread' | 'edit' | 'copy' | 'copyLink' | 'forward' | 'pin' | 'unpin' | 'info' | 'report' | 'hide' | 'delete';

/** Where a message stands, and what the person who looks at it is allowed there. */
export type Standing = {
  readonly summary: Pick<ConversationSummary, 'kind' | 'role' | 'postRole' | 'closedAt' | 'isEncrypted'>;
  readonly may: ReadonlySet<Permission>;
  /** The message stands in a thread that is on screen. */
  readonly inThread: boolean;
};

const ROLES = ['owner', 'admin', 'member', 'guest'] as const;

/** Whether a member may write here at all. Slow mode and blocks are another matter. */
export function mayPost({ role, postRole, closedAt }: Standing['summary']): boolean {
  return closedAt === null && ROLES.indexOf(role) <= ROLES.indexOf(postRole);
}

export const mayReact = ({ summary, may }: Standing): boolean => summary.closedAt === null && may.has('react');

/** What can be done with a message, in the order of a menu: nothing that the server would refuse. */
export function actionsFor(message: TimelineMessage, standing: Standing): readonly MessageAction[] {
  const { summary, may, inThread } = standing;
  if (message.seq === null || message.notice) return [];
  const isOpen = summary.closedAt === null;
  const posts = mayPost(summary);
  const mayDelete = may.has(message.mine ? 'delete_own' : 'delete_any');
  if (message.deleted) return message.thread && !inThread ? ['thread', 'hide'] : ['hide'];
  const can: Record<MessageAction, boolean> = {
    reply: posts,
    thread: !inThread && message.threadSeq === null && (posts || message.thread !== null),
    edit: message.mine && !message.poll && !message.forwarded && isOpen && may.has('edit_own'),
    copy: message.content !== '',
    copyLink: true,
    // The server cannot read what it would pass on.
    forward: !summary.isEncrypted && !message.poll && message.expiresAt === null && summary.kind !== 'negotiation',
    pin: !message.pinned && isOpen && may.has('pin'),
    unpin: message.pinned && isOpen && may.has('pin'),
    info: message.mine,
    report: !message.mine && message.senderId !== null,
    hide: true,
    delete: mayDelete
  };
  return (Object.keys(can) as MessageAction[]).filter((action) => can[action]);
}
