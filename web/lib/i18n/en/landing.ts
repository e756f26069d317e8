/** The page for everybody. */
export const landing = {
  title: 'Parley: messages that arrive',
  description: 'Parley is a messenger that shows where every message is, keeps what you write offline, and loses nothing.',
  account: 'Account',
  languages: 'Languages',
  open: 'Open Parley',
  signIn: 'Sign in',
  signUp: 'Sign up',
  headline: 'Say it once. See it arrive.',
  lead: 'Parley is a messenger for people, teams and deals. It is quick, it is honest about where your message is, and it does not lose any.',
  createAccount: 'Create an account',
  toConversations: 'Go to your conversations',
  demo: 'This is a demo. Look around as one of its people:',
  signInAs: 'Sign in as',
  promises: [
    {
      title: 'Nothing goes missing',
      text: 'Every message has its number in the conversation. Your device can prove that it has them all, and fetches what it lacks.'
    },
    {
      title: 'You know where it is',
      text: 'Sending, sent, delivered, read: each step is shown as it happens, for every person you wrote to.'
    },
    {
      title: 'No signal, no matter',
      text: 'Write on the train. What you send is kept on your device and goes out once, in order, when you are back.'
    }
  ],
  footer: 'Parley is open source and runs on Supabase and Postgres.',
  sample: 'A conversation in Parley',
  sampleName: 'Inês Duarte',
  sampleLines: {
    question: 'Did the contract reach you?',
    answer: 'Read it twice. One small thing on page four.',
    go: 'Tell me, I have it open.',
    date: 'The date. Friday suits us better.',
    deal: 'And then we have a deal.'
  }
};
