/** What can be done with a conversation, and where a link leads. */
export const chatMenu = {
  encryption: 'Encryption',
  lostTitle: 'You are not in this conversation',
  lostText: 'It does not exist, or you left it or were removed. What you read before stays with those who wrote it.',
  backToAll: 'Back to your conversations',
  toPin: 'Go to the pinned message',
  pinOf: (n: number, count: number) => `Pin ${n} of ${count}`,
  unpin: 'Unpin',
  search: 'Search in this conversation',
  disappearing: 'Disappearing messages',
  disappearingText: 'What is said from now on goes for everybody after this time. What was said before stays as it is.',
  disappearingOff: 'Messages stay',
  disappearingAfter: (time: string) => `After ${time}`
};
