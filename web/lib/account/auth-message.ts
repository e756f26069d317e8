/** The field of a form that a refusal is about; undefined when it is about the whole. */
export type AuthField = 'email' | 'password' | 'handle' | 'code';

export type AuthMessage = { text: string; field?: AuthField };

const MESSAGES: Record<string, AuthMessage> = {
  invalid_credentials: { text: 'That e-mail and password do not belong together.' },
  email_not_confirmed: { text: 'Please confirm your e-mail first: open the link that we sent you.' },
  user_already_exists: { text: 'Someone has signed up with this e-mail already. Sign in instead?', field: 'email' },
  email_exists: { text: 'Someone has signed up with this e-mail already. Sign in instead?', field: 'email' },
  email_address_invalid: { text: 'This does not look like an e-mail address that can receive mail.', field: 'email' },
  validation_failed: { text: 'Something in the form is not as it should be. Please check it.' },
  weak_password: { text: 'This password is too easy to guess. Take a longer one.', field: 'password' },
  same_password: { text: 'This is your present password. Take another one.', field: 'password' },
  otp_expired: { text: 'This code or link has expired or was used before. Ask for a new one.', field: 'code' },
  otp_disabled: { text: 'There is no account with this e-mail.', field: 'email' },
  user_not_found: { text: 'There is no account with this e-mail.', field: 'email' },
  user_banned: { text: 'This account is blocked.' },
  signup_disabled: { text: 'Signing up is closed here.' },
  over_email_send_rate_limit: { text: 'A mail was sent only just now. Please wait a minute before the next.' },
  over_request_rate_limit: { text: 'Too many attempts. Please wait a moment and try again.' },
  session_not_found: { text: 'You were signed out. Please sign in again.' },
  session_expired: { text: 'You were signed out. Please sign in again.' },
  bad_jwt: { text: 'You were signed out. Please sign in again.' },
  handle_taken: { text: 'This handle is taken.', field: 'handle' },
  access_denied: { text: 'This link is no longer good. Ask for a new one.' }
};

/** What to tell a person about the failure of an Auth call, worked out from the error's name and code, never from its text. */
export function authMessage(error: unknown): AuthMessage {
  // By name, as auth-js itself does it: its classes would bring the whole library into pages that do not need it yet.
  const { name, code, status } = error as { name?: string; code?: string; status?: number };
  switch (name) {
    case 'AuthApiError':
      return codeMessage(code) ?? { text: `Signing in is not working at the moment (${code ?? status}).` };
    case 'AuthWeakPasswordError':
      return codeMessage('weak_password')!;
    case 'AuthSessionMissingError':
      return { text: 'Open the link in your mail again: it signs you in.' };
    default:
      return { text: 'Parley cannot be reached. Check your connection and try again.' };
  }
}

/** The sentence for a code that Auth put into the address it sent the browser to. */
export function codeMessage(code: string | null | undefined): AuthMessage | undefined {
  return code ? MESSAGES[code] : undefined;
}
