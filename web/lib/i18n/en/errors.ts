/** What to tell a person when something fails. By code: those of ERRORS.md that a client meets. */
export const errors = {
  noConfig: 'The server cannot be reached.',
  unexpected: 'Something went wrong in the app.',
  unreachable: 'Parley cannot be reached at the moment. Try again.'
};
