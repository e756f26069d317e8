import { NotSignedIn, RateLimited, Refused } from '#lib/chat/index.ts';
import { refusalText } from '#lib/i18n/refusals.svelte.ts';
import { t } from '#lib/i18n/words.svelte.ts';

/** What to tell a person about a failure of the chat client, by the error's class and code. */
export function chatMessage(error: unknown): string {
  if (error instanceof Refused) return refusalMessage(error);
  if (error instanceof RateLimited) return t.errors.tooQuick(Math.ceil(error.retryAfterMs / 1000));
  if (error instanceof NotSignedIn) return t.errors.signedOut;
  return t.errors.unreachable;
}

/** The same for a refusal that a message carries. */
export function refusalMessage({ code, message }: { code: string; message: string }): string {
  return refusalText(code, message);
}
