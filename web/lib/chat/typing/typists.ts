/*
 * Who of the others is typing. Pure. Somebody is until they say that they stopped, their message comes, they leave, or nothing was
 * heard of them for RECEIVED_FOR_MS (their "stopped" may be lost).
 */

export const RECEIVED_FOR_MS = 5_000;

/** By user id, until when; in the order of beginning. */
export type Typists = ReadonlyMap<string, number>;

export const nobody: Typists = new Map();

export function heard(typists: Typists, userId: string, typing: boolean, now: number): Typists {
  if (!typing) return without(typists, [userId]);
  return new Map(typists).set(userId, now + RECEIVED_FOR_MS);
}

export function without(typists: Typists, userIds: Iterable<string>): Typists {
  const gone = [...userIds].filter((userId) => typists.has(userId));
  if (gone.length === 0) return typists;
  const left = new Map(typists);
  for (const userId of gone) left.delete(userId);
  return left;
}

export function expire(typists: Typists, now: number): { typists: Typists; wakeAt: number | null } {
  const left = without(
    typists,
    [...typists].filter(([, until]) => until <= now).map(([userId]) => userId)
  );
  return { typists: left, wakeAt: left.size === 0 ? null : Math.min(...left.values()) };
}
