/** Why something encrypted is not shown. Each is explained in ERRORS.md. */
export type DistrustCode =
  | 'unsupported_scheme'
  | 'malformed'
  | 'unknown_epoch'
  | 'unknown_device'
  | 'bad_signature'
  | 'altered'
  | 'misplaced'
  | 'log_forked';

/** Something that came from the server is not what its maker made, or cannot be opened here. Nothing of it may be shown. */
export class Distrusted extends Error {
  override name = 'Distrusted';
  readonly code: DistrustCode;

  constructor(code: DistrustCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The passphrase or recovery code does not open this backup. */
export class WrongSecret extends Error {
  override name = 'WrongSecret';
}
