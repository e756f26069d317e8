import type { ConversationList, NotificationList } from '#lib/chat/index.ts';

/**
 * How much waits for the person, as the database counts it for the badge of a push: unread messages of conversations that are not
 * muted, and unread notifications that are of no conversation.
 */
export function attention(conversations: ConversationList, notifications: NotificationList): number {
  const loud = conversations.items.filter(({ muted, notifyLevel }) => !muted && notifyLevel !== 'nothing');
  const messages = loud.reduce((sum, { unread }) => sum + unread, 0);
  const others = notifications.items.filter(
    ({ read, archived, conversationId }) => !read && !archived && conversationId === null
  );
  return messages + others.length;
}
