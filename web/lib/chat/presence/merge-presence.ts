import type { PresenceMeta, PresenceRow } from '../wire/room.ts';
import type { Presence } from './presence.ts';

/**
 * What is known about one person: what their devices say on their topic, which is at once, and what the server answered when asked,
 * which also knows devices without a socket, and when they were last seen.
 */
export type Sighting = {
  readonly metas: readonly PresenceMeta[];
  /** When the last of the metas went; null if there were none. */
  readonly wentAt: number | null;
  readonly told: { readonly row: PresenceRow; readonly at: number } | null;
};

export const UNSEEN: Sighting = { metas: [], wentAt: null, told: null };

export function withMetas(sighting: Sighting, metas: readonly PresenceMeta[], now: number): Sighting {
  const went = sighting.metas.length > 0 && metas.length === 0;
  return { ...sighting, metas, wentAt: went ? now : sighting.wentAt };
}

export const withTold = (sighting: Sighting, row: PresenceRow, at: number): Sighting => ({ ...sighting, told: { row, at } });

/** The topic is left: what was seen there last stays, until the server is asked. */
export function withoutTopic(sighting: Sighting, userId: string, now: number): Sighting {
  const presence = presenceOf(sighting);
  if (!presence) return sighting;
  const row: PresenceRow = { user_id: userId, status: presence.status, last_seen_at: presence.lastSeenAt?.toISOString() ?? null };
  return { metas: [], wentAt: null, told: { row, at: now } };
}

/** Null when nothing is known. */
export function presenceOf({ metas, wentAt, told }: Sighting): Presence | null {
  const lastSeenAt = told?.row.last_seen_at ? new Date(told.row.last_seen_at) : null;
  if (metas.some((meta) => meta.state === 'active')) return { status: 'online', lastSeenAt };
  if (metas.length > 0) return { status: 'away', lastSeenAt };
  // The server counts somebody as there for a while after the last heartbeat: who went on the topic since has gone.
  if (wentAt !== null && (!told || told.at <= wentAt)) return { status: 'offline', lastSeenAt: new Date(wentAt) };
  return told && { status: told.row.status, lastSeenAt };
}
