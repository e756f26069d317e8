/** Where messages are written. */
export const composer = {
  message: 'Message',
  noKeys: 'This conversation is encrypted, and this device has no keys yet.',
  setUpKeys: 'Set up encryption',
  placeholder: 'Write a message',
  send: 'Send',
  editing: 'Editing',
  replyTo: (name: string) => `Reply to ${name}`,
  replyToYou: 'Reply to yourself',
  slowMode: 'Slow mode: so long until your next message',
  noPreview: 'Send without the preview',
  completions: 'Suggestions',
  more: 'Add something',
  emoji: 'Emoji'
};
