/** Times in words, where Intl has none. */
export const time = {
  now: 'now',
  justNow: 'just now',
  minutes: (count: number) => `${count}m`,
  today: 'Today',
  yesterday: 'Yesterday',
  on: (date: string) => `on ${date}`
};
