import { t } from '#lib/i18n/words.svelte.ts';

/** The field of a form that a refusal is about; undefined when it is about the whole. */
export type AuthField = 'email' | 'password' | 'handle' | 'code';

export type AuthMessage = { text: string; field?: AuthField };

/** The codes that are about one field. */
const FIELDS: Readonly<Record<string, AuthField>> = {
  user_already_exists: 'email',
  email_exists: 'email',
  email_address_invalid: 'email',
  weak_password: 'password',
  same_password: 'password',
  otp_expired: 'code',
  otp_disabled: 'email',
  user_not_found: 'email',
  handle_taken: 'handle'
};

/** What to tell a person about the failure of an Auth call, worked out from the error's name and code, never from its text. */
export function authMessage(error: unknown): AuthMessage {
  // By name, as auth-js itself does it: its classes would bring the whole library into pages that do not need it yet.
  const { name, code, status } = error as { name?: string; code?: string; status?: number };
  switch (name) {
    case 'AuthApiError':
      return codeMessage(code) ?? { text: t.auth.notWorking(String(code ?? status)) };
    case 'AuthWeakPasswordError':
      return codeMessage('weak_password')!;
    case 'AuthSessionMissingError':
      return { text: t.auth.openLinkAgain };
    default:
      return { text: t.auth.unreachable };
  }
}

/** The sentence for a code that Auth put into the address it sent the browser to. */
export function codeMessage(code: string | null | undefined): AuthMessage | undefined {
  const problems: Readonly<Record<string, string>> = t.auth.problems;
  const text = code && Object.hasOwn(problems, code) ? problems[code] : undefined;
  const field = code ? FIELDS[code] : undefined;
  return text === undefined ? undefined : { text, ...(field ? { field } : {}) };
}
