/** online: at the device now. away: the app is open, but idle or hidden. offline: not connected, last seen at `lastSeenAt` if that is known. */
export type Presence = {
  readonly status: 'online' | 'away' | 'offline';
  readonly lastSeenAt: Date | null;
};

/** Presence by user id; who is not in it is not known to be online. */
export type PresenceMap = ReadonlyMap<string, Presence>;
