/**
 * How events come in.
 * connecting: the first try. live: by the socket, at once. receiving: by the socket as well, but the API does not answer: what is
 * written is kept, and what was missed comes when it does. reconnecting: the socket was lost; the next try is at `nextAttemptAt`
 * (milliseconds since 1970), or under way when that is null. polling: no socket can be had, but the API answers: changes come every few
 * seconds; the socket is tried on. offline: nothing can be reached, what is written is kept. stopped: by stop(), or signed out.
 */
export type ConnectionState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  | { readonly phase: 'receiving' }
  | { readonly phase: 'reconnecting'; readonly nextAttemptAt: number | null; readonly attempt: number }
  | { readonly phase: 'polling'; readonly nextAttemptAt: number | null; readonly attempt: number }
  | { readonly phase: 'offline' }
  | { readonly phase: 'stopped'; readonly reason: 'not_started' | 'stopped' | 'signed_out' };
