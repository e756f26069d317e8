import type { AppNotification } from '#lib/chat/index.ts';

/** More at once are one toast that says how many. */
const MOST = 3;

export type Toasting = {
  /** Each shown by itself, for so many milliseconds. */
  readonly single: readonly { notification: AppNotification; forMs: number }[];
  /** So many are only counted. */
  readonly count: number;
};

/**
 * Which of what has just come is toasted. Not what came silently, nor what is about the conversation that is being looked at, nor
 * what is of little weight; and what is urgent is shown by itself until it is acknowledged.
 */
export function toasting(arrived: readonly AppNotification[], openConversationId: string | null): Toasting {
  const wanted = arrived.filter(
    ({ silent, priority, conversationId }) =>
      !silent && priority !== 'low' && priority !== 'urgent' && (conversationId === null || conversationId !== openConversationId)
  );
  if (wanted.length > MOST) return { single: [], count: wanted.length };
  return {
    single: wanted.map((notification) => ({ notification, forMs: notification.priority === 'high' ? 10_000 : 5_000 })),
    count: 0
  };
}
