/*
 * One class per handling. A method of the chat client rejects with one of these and nothing else; `cause` holds what was found.
 */

/** The request was understood and refused; repeating it changes nothing. `code` is one of ERRORS.md, or PostgREST's own. */
export class Refused extends Error {
  override name = 'Refused';
  readonly code: string;
  /** HTTP status; 0 when this client refused it itself. */
  readonly status: number;

  constructor(code: string, message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

/** Too many requests: the same again after `retryAfterMs` will do. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super(`Too many requests: try again in ${Math.ceil(retryAfterMs / 1000)} s.`, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer, or one that says that the server is in trouble: try again later. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** The access token is missing, expired or not accepted: a new session is needed first. */
export class NotSignedIn extends Error {
  override name = 'NotSignedIn';
}

/** The answer was not of the agreed form: this client is too old for the server, or the other way round. */
export class BadAnswer extends Error {
  override name = 'BadAnswer';
}

/** This device has no room for files that are to wait on it until they are sent. */
export class NoRoom extends Error {
  override name = 'NoRoom';
  readonly neededBytes: number;
  readonly freeBytes: number;

  constructor(neededBytes: number, freeBytes: number, options?: ErrorOptions) {
    super(`There is room for ${freeBytes} bytes; it takes ${neededBytes}.`, options);
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}
