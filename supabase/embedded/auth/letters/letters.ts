/** Sends each mail with its one-time token: asked for too often it is refused, and what fails leaves no token behind. */
import type { Auth } from '../auth.ts';
import type { Queryable } from '../database.ts';
import { AuthError } from '../errors.ts';
import { mails } from './mails.ts';
import { issueOneTimeToken, type IssuedToken, type TokenType } from '../proofs/one-time-tokens.ts';
import { updateUser, type User } from '../accounts/users.ts';

/** Where the link leads, and whether its visit yields a PKCE code. */
export interface LinkOptions {
  redirectTo: string;
  pkce: boolean;
}

export type LinkType = 'signup' | 'invite' | 'recovery' | 'magiclink' | 'email_change';

export function actionLink(auth: Auth, hash: string, type: LinkType, redirectTo: string): string {
  return `${auth.url}/verify?${new URLSearchParams({ token: hash, type, redirect_to: redirectTo })}`;
}

export async function sendConfirmation(auth: Auth, tx: Queryable, user: User, options: LinkOptions): Promise<void> {
  checkFrequency(auth, user.confirmation_sent_at);
  const token = await issue(auth, tx, user, 'confirmation_token', options.pkce);
  await auth.mailer.send(user.email!, mails.confirmation(actionLink(auth, token.hash, 'signup', options.redirectTo), token.code));
}

export async function sendInvite(auth: Auth, tx: Queryable, user: User, redirectTo: string): Promise<void> {
  const token = await issue(auth, tx, user, 'confirmation_token', false);
  await updateUser(tx, user.id, { invited_at: new Date() });
  await auth.mailer.send(user.email!, mails.invite(actionLink(auth, token.hash, 'invite', redirectTo), token.code));
}

export async function sendRecovery(auth: Auth, tx: Queryable, user: User, options: LinkOptions): Promise<void> {
  checkFrequency(auth, user.recovery_sent_at);
  const token = await issue(auth, tx, user, 'recovery_token', options.pkce);
  await auth.mailer.send(user.email!, mails.recovery(actionLink(auth, token.hash, 'recovery', options.redirectTo), token.code));
}

export async function sendMagicLink(auth: Auth, tx: Queryable, user: User, options: LinkOptions): Promise<void> {
  checkFrequency(auth, user.recovery_sent_at);
  const token = await issue(auth, tx, user, 'recovery_token', options.pkce);
  await auth.mailer.send(user.email!, mails.magicLink(actionLink(auth, token.hash, 'magiclink', options.redirectTo), token.code));
}

/** To the new address, and with `double_confirm_changes` to the old one too: both then have to agree. */
export async function sendEmailChange(auth: Auth, tx: Queryable, user: User, to: string, options: LinkOptions): Promise<void> {
  checkFrequency(auth, user.email_change_sent_at);
  await updateUser(tx, user.id, { email_change: to, email_change_confirm_status: 0 });
  const from = user.email ?? '';
  const recipients: [TokenType, string][] = [['email_change_token_new', to]];
  if (auth.config.email.double_confirm_changes && from !== '') recipients.push(['email_change_token_current', from]);
  const letters = [];
  for (const [type, email] of recipients) {
    const token = await issueOneTimeToken(tx, user, type, { email, length: auth.config.email.otp_length, pkce: options.pkce });
    letters.push({ email, token });
  }
  for (const { email, token } of letters) {
    const link = actionLink(auth, token.hash, 'email_change', options.redirectTo);
    await auth.mailer.send(email, mails.emailChange(link, token.code, from || 'none', to));
  }
}

export async function sendReauthentication(auth: Auth, tx: Queryable, user: User): Promise<void> {
  checkFrequency(auth, user.reauthentication_sent_at);
  const token = await issue(auth, tx, user, 'reauthentication_token', false);
  await auth.mailer.send(user.email!, mails.reauthentication(token.code));
}

function issue(auth: Auth, tx: Queryable, user: User, type: TokenType, pkce: boolean): Promise<IssuedToken> {
  return issueOneTimeToken(tx, user, type, { email: user.email!, length: auth.config.email.otp_length, pkce });
}

function checkFrequency(auth: Auth, lastSentAt: Date | null): void {
  if (lastSentAt === null) return;
  const waitMs = lastSentAt.getTime() + auth.config.email.max_frequency - Date.now();
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new AuthError('over_email_send_rate_limit', `For security purposes, you can only request this after ${seconds} seconds.`);
}
