/** What to tell a person when something fails. What the server refuses by a code is in refusals.ts. */
export const errors = {
  noConfig: 'The server cannot be reached.',
  unexpected: 'Something went wrong in the app.',
  unreachable: 'Parley cannot be reached at the moment. Try again.',
  signedOut: 'You were signed out. Please sign in again.',
  tooQuick: (seconds: number) => `That was too quick. Try again in ${seconds} s.`,
  missingTitle: 'Not found',
  missing: 'There is nothing here',
  missingText: 'This address leads nowhere. It may have been mistyped, or the conversation is gone.',
  brokenTitle: 'Something went wrong',
  broken: 'Parley could not start',
  brokenText: 'What you wrote before is kept on this device.',
  toStart: 'To the start page'
};
