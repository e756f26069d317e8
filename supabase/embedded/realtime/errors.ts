/**
 * Every reason for which Realtime refuses something, with the code and the words of the real server, so that what a client
 * matches on works everywhere. ERRORS.md lists them for the reader.
 */
const CATALOGUE = {
  // Joining
  TopicNameRequired: () => 'You must provide a topic name',
  Unauthorized: (v) => `You do not have permissions to read from this Channel topic: ${v.topic}`,
  ReadRevoked: (v) => `You no longer have permission to read from this Channel topic: ${v.topic}`,
  PrivateOnly: () => 'This project only allows private channels',
  ChannelRateLimitReached: () => 'Too many channels',
  ConnectionRateLimitReached: (v) => v.reason ?? 'Too many connected users',
  ClientJoinRateLimitReached: () => 'Too many joins per second',
  RealtimeRestarting: () => 'Realtime is restarting, please standby',
  UnableToReplayMessages: (v) => v.reason,
  RealtimeDisabledForConfiguration: (v) => v.reason,
  PostgresChangesSubscribeTimeout: (v) => `Timed out after ${v.ms}ms waiting for the postgres_changes subscription`,
  UnknownErrorOnChannel: () => 'Unknown Error on Channel',
  // Tokens
  InvalidJWTToken: (v) => v.reason,
  MalformedJWT: () => 'The token provided is not a valid JWT',
  JwtSignatureError: () => 'Failed to validate JWT signature',
  JwtSignerError: (v) =>
    `Failed to generate JWT signer${v.kid === undefined ? '' : ` for key ID (kid) ${JSON.stringify(v.kid)}`}, check your JWT secret or JWKS configuration`,
  // The database
  UnableToConnectToProject: () => 'Realtime was unable to connect to the project database',
  DatabaseLackOfConnections: () => "Database can't accept more connections, Realtime won't connect",
  IncreaseConnectionPool: () => 'Please increase your connection pool size',
  UnableToPersistMessage: () => 'Realtime was unable to store the message',
  QueryCanceled: () => 'Query was cancelled, please try again',
  MissingPartition: () => 'Realtime was unable to find the expected messages partition',
  RlsPolicyError: (v) => v.reason
} satisfies Record<string, (values: Record<string, string>) => string | undefined>;

export type RefusalCode = keyof typeof CATALOGUE;

/** Something was asked that is not granted, or cannot be done now. `message` is for the client, `cause` for the log. */
export class Refused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, values: Record<string, string> = {}, options?: ErrorOptions) {
    super((CATALOGUE[code] as (values: Record<string, string>) => string)(values), options);
    this.name = 'Refused';
    this.code = code;
  }

  /** As a join reply words it. */
  get reason(): string {
    return `${this.code}: ${this.message}`;
  }
}

/** Turns whatever was thrown into a refusal that can be shown. */
export function asRefusal(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused('UnknownErrorOnChannel', {}, { cause: error });
}
