/** Names on the wire, all of them; nothing else in the server spells one out. */

/** Of the channel protocol (Phoenix). */
export const PHX = {
  join: 'phx_join',
  leave: 'phx_leave',
  reply: 'phx_reply',
  close: 'phx_close',
  error: 'phx_error',
  heartbeat: 'heartbeat'
} as const;

/** Of Realtime, in either direction. */
export const EVENT = {
  accessToken: 'access_token',
  broadcast: 'broadcast',
  presence: 'presence',
  presenceState: 'presence_state',
  presenceDiff: 'presence_diff',
  postgresChanges: 'postgres_changes',
  system: 'system'
} as const;

/** The topic of the connection itself. */
export const CONNECTION_TOPIC = 'phoenix';

/** Every channel's topic on the wire is this and the channel's name. */
export const TOPIC_PREFIX = 'realtime:';
