import { NotSignedIn, RateLimited, Refused } from '#lib/chat/index.ts';

const MESSAGES: Record<string, string> = {
  message_blank: 'An empty message cannot be sent.',
  message_too_long: 'This message is longer than 5,000 characters.',
  not_a_member: 'You are not a member of this conversation any more.',
  not_allowed: 'Your role in this conversation does not allow this.',
  conversation_not_found: 'This conversation does not exist.',
  user_not_found: 'This person does not have an account any more.',
  title_invalid: 'A title has 1 to 120 characters.',
  group_full: 'The group would have too many members.',
  handle_taken: 'This handle is taken.',
  '23505': 'This handle is taken.',
  '23514': 'This is not a valid name or handle.'
};

/** What to tell a person about a failure of the chat client, by the error's class and code. */
export function chatMessage(error: unknown): string {
  if (error instanceof Refused) return refusalMessage(error);
  if (error instanceof RateLimited) return `That was too quick. Try again in ${Math.ceil(error.retryAfterMs / 1000)} s.`;
  if (error instanceof NotSignedIn) return 'You were signed out. Please sign in again.';
  return 'Parley cannot be reached at the moment. Try again.';
}

/** The same for a refusal that a message carries. */
export function refusalMessage(refusal: { code: string; message: string }): string {
  return MESSAGES[refusal.code] ?? refusal.message;
}
