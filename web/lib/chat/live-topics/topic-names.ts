/* The topics of DESIGN. Feed and room change their names whenever somebody leaves the conversation. */
export const userTopic = (userId: string) => `user:${userId}`;
export const presenceTopic = (userId: string) => `presence:${userId}`;
export const feedTopic = (conversationId: string, epoch: number) => `feed:${conversationId}:${epoch}`;
export const roomTopic = (conversationId: string, epoch: number) => `room:${conversationId}:${epoch}`;

/**
 * Realtime allows 100 channels on a connection. The feeds and presence topics beyond these are not joined: their conversations
 * come by sync, their people's presence by asking.
 */
export const FEEDS_MAX = 20;
export const PRESENCES_MAX = 20;
