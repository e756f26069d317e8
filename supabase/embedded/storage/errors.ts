/** What Storage answers when it refuses, in the shape and with the codes of the real service. */
import pg from 'pg';

interface Refusal {
  /** `code` of the body. */
  code: string;
  /** `error` of the body, where the service has an older name for it. */
  error?: string;
  /** `statusCode` of the body. The response itself has 400 for whatever the caller can help, as the service does. */
  statusCode: number;
  message: string;
}

const CATALOGUE = {
  access_denied: (message = 'Access denied') => ({ code: 'AccessDenied', error: 'Unauthorized', statusCode: 403, message }),
  bucket_already_exists: () => ({
    code: 'BucketAlreadyExists',
    error: 'Duplicate',
    statusCode: 409,
    message: 'The resource already exists'
  }),
  bucket_not_empty: () => ({
    code: 'ResourceNotEmpty',
    statusCode: 409,
    message: 'The bucket you tried to delete is not empty'
  }),
  database_error: (code) => ({ code: 'DatabaseError', statusCode: 500, message: `database error, code: ${code}` }),
  database_timeout: () => ({ code: 'DatabaseTimeout', statusCode: 544, message: 'The connection to the database timed out' }),
  expired_token: () => ({ code: 'ExpiredToken', statusCode: 400, message: 'The provided token has expired.' }),
  invalid_bucket_name: () => ({
    code: 'InvalidBucketName',
    error: 'Invalid Input',
    statusCode: 400,
    message: 'Bucket name invalid'
  }),
  invalid_jwt: (message = 'Invalid JWT') => ({ code: 'InvalidJWT', statusCode: 400, message }),
  invalid_key: (key) => ({ code: 'InvalidKey', statusCode: 400, message: `Invalid key: ${key}` }),
  invalid_mime_type: (type) => ({
    code: 'InvalidMimeType',
    error: 'invalid_mime_type',
    statusCode: 415,
    message: `mime type ${type} is not supported`
  }),
  invalid_content_type: () => ({
    code: 'InvalidMimeType',
    error: 'invalid_mime_type',
    statusCode: 415,
    message: 'Invalid Content-Type header'
  }),
  invalid_parameter: (message = 'Invalid Parameter') => ({ code: 'InvalidParameter', statusCode: 400, message }),
  invalid_range: () => ({
    code: 'InvalidRange',
    error: 'invalid_range',
    statusCode: 416,
    message: 'The requested range is not satisfiable'
  }),
  invalid_request: (message = 'Invalid Request') => ({ code: 'InvalidRequest', statusCode: 400, message }),
  invalid_signature: (message = 'Invalid signature') => ({ code: 'InvalidSignature', statusCode: 400, message }),
  key_already_exists: () => ({
    code: 'KeyAlreadyExists',
    error: 'Duplicate',
    statusCode: 409,
    message: 'The resource already exists'
  }),
  no_such_bucket: () => ({ code: 'NoSuchBucket', error: 'Bucket not found', statusCode: 404, message: 'Bucket not found' }),
  no_such_key: () => ({ code: 'NoSuchKey', error: 'not_found', statusCode: 404, message: 'Object not found' }),
  related_not_found: () => ({
    code: 'InvalidRequest',
    statusCode: 404,
    message: 'The related resource does not exist'
  }),
  resource_already_exists: () => ({
    code: 'ResourceAlreadyExists',
    error: 'Duplicate',
    statusCode: 409,
    message: 'The resource already exists'
  }),
  resource_locked: () => ({ code: 'ResourceLocked', statusCode: 423, message: 'The resource is locked' }),
  resource_referenced: () => ({
    code: 'ResourceReferenced',
    statusCode: 409,
    message: 'The resource could not be updated or removed due to a foreign key constraint'
  }),
  too_large: (what = 'object') => ({
    code: 'EntityTooLarge',
    error: 'Payload too large',
    statusCode: 413,
    message: `The ${what} exceeded the maximum allowed size`
  })
} satisfies Record<string, (detail?: string) => Refusal>;

export type StorageErrorName = keyof typeof CATALOGUE;

export class StorageError extends Error {
  readonly refusal: Refusal;

  constructor(name: StorageErrorName, detail?: string, options?: ErrorOptions) {
    const refusal: Refusal = CATALOGUE[name](detail);
    super(refusal.message, options);
    this.name = 'StorageError';
    this.refusal = refusal;
  }

  /** Status of the response. */
  get status(): number {
    const { statusCode, code } = this.refusal;
    return statusCode >= 500 || code === 'InvalidRange' ? statusCode : 400;
  }

  get body(): { statusCode: string; code: string; error: string; message: string } {
    const { statusCode, code, error = code, message } = this.refusal;
    return { statusCode: String(statusCode), code, error, message };
  }
}

/** What Postgres refused, as Storage says it; anything else is passed on as it is. */
export function fromDatabase(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const options = { cause: error };
  switch (error.code) {
    case '42501': {
      const byPolicy = error.message.includes('row-level security');
      return new StorageError('access_denied', byPolicy ? 'new row violates row-level security policy' : error.message, options);
    }
    case '23505':
      return new StorageError('resource_already_exists', undefined, options);
    case '23503': {
      const referenced = error.detail?.includes('is still referenced from table');
      return new StorageError(referenced ? 'resource_referenced' : 'related_not_found', undefined, options);
    }
    case '22P02':
      return new StorageError('invalid_parameter', error.message, options);
    case '55P03':
      return new StorageError('resource_locked', undefined, options);
    case '57014':
      return new StorageError('database_timeout', undefined, options);
    default:
      return new StorageError('database_error', error.code, options);
  }
}
