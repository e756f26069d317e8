/** Going somewhere by keys, and another version of the app. */
export const palette = {
  updateReady: 'A new version of Parley is ready.',
  update: 'Reload',
  switcher: 'Go to',
  switcherHint: 'A conversation, a person, a place, a message',
  messages: 'Messages',
  nothingCalled: (query: string) => `Nothing is called “${query}”, and no message says it.`,
  shortcuts: 'Keyboard shortcuts',
  shortcutSwitch: 'Go to a conversation, a person, a place or a message',
  shortcutSheet: 'Show this list',
  shortcutSend: 'Send the message',
  shortcutLine: 'A new line in the message',
  shortcutCancel: 'Close, or stop editing'
};
