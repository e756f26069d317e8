import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { toAuthError } from '../../supabase/embedded/auth/http/error-response.ts';
import { AuthError, WeakPassword } from '../../supabase/embedded/auth/errors.ts';

const fromPostgres = (code: string, message = 'message', constraint?: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code, constraint });

describe('what the client is told of', () => {
  test.each([
    ['a deadlock', fromPostgres('40P01'), 409, 'conflict'],
    ['a wait for a lock that was too long', fromPostgres('55P03'), 409, 'conflict'],
    ['a value that fits no column', fromPostgres('22001', 'value too long'), 400, 'validation_failed'],
    ['an address that somebody was faster with', fromPostgres('23505', 'x', 'users_email_partial_key'), 422, 'email_exists'],
    ['a trigger that chooses a status', fromPostgres('PT409', 'Handle is taken'), 409, 'unexpected_failure'],
    ['a trigger that chooses none there is', fromPostgres('PT999'), 500, 'unexpected_failure'],
    ['a trigger that raises', fromPostgres('P0001', 'No bots'), 500, 'unexpected_failure'],
    ['a database that is away', new Error('connect ECONNREFUSED'), 500, 'unexpected_failure'],
    ['a body that is too large', Object.assign(new Error('too large'), { statusCode: 413 }), 413, 'request_entity_too_large'],
    ['a request that is no HTTP', Object.assign(new Error('bad'), { statusCode: 400 }), 400, 'validation_failed'],
    ['a refusal', new AuthError('otp_expired'), 403, 'otp_expired'],
    ['a weak password', new WeakPassword('weak', ['length']), 422, 'weak_password']
  ])('%s', (_name, error, status, code) => {
    expect(toAuthError(error)).toMatchObject({ status, code });
  });

  test('a fault of the server is not the fault’s own words', () => {
    expect(toAuthError(fromPostgres('42P01', 'relation "auth.secrets" does not exist')).message).not.toContain('secrets');
    expect(toAuthError(new Error('password=postgres')).message).not.toContain('password');
  });
});
