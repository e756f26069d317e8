/** Finding people. */
export const finding = {
  findPeople: 'Find people',
  findPeopleBy: 'Name, @handle or e-mail',
  peopleFound: 'People found',
  peopleUnreachable: 'People cannot be searched now. Check your connection.',
  nobodyFound: (query: string) => `Nobody found for “${query}”.`,
  findPeopleHint: 'Type at least two letters of a name or @handle, or a whole e-mail address.',
  chosen: 'Chosen',
  removeChip: ', remove'
};
