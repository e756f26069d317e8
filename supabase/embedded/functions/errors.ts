/**
 * What is answered in place of a function, as the hosted platform does: `{ code, message }`, the code in a header as well.
 * Source: https://supabase.com/docs/guides/functions/error-codes
 */
const CATALOGUE = {
  NOT_FOUND: { status: 404, message: 'Requested function was not found' },
  UNAUTHORIZED_NO_AUTH_HEADER: { status: 401, message: 'Missing authorization header' },
  UNAUTHORIZED_INVALID_JWT: { status: 401, message: 'Invalid JWT' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'Request body is too large' },
  BOOT_ERROR: { status: 503, message: 'Function failed to start (please check logs)' },
  WORKER_ERROR: { status: 502, message: 'Function exited due to an error (please check logs)' },
  IDLE_TIMEOUT: { status: 504, message: 'Function did not answer in time' },
  INTERNAL_ERROR: { status: 500, message: 'Something went wrong before the function was reached' }
} satisfies Record<string, { status: number; message: string }>;

export type FunctionErrorCode = keyof typeof CATALOGUE;

export class FunctionError extends Error {
  readonly code: FunctionErrorCode;
  readonly status: number;

  constructor(code: FunctionErrorCode, options?: ErrorOptions) {
    const { status, message } = CATALOGUE[code];
    super(message, options);
    this.name = 'FunctionError';
    this.code = code;
    this.status = status;
  }

  get body(): { code: string; message: string } {
    return { code: this.code, message: this.message };
  }
}
