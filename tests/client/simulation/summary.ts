import type { Counts } from './simulate.ts';

const FAULTS = ['requestLost', 'answerLost', 'requestTwice', 'requestLate', 'limited', 'eventLost', 'eventTwice', 'eventLate'];

/** What was simulated, in a few lines. That nothing was lost, doubled or out of order has been checked in every run by then. */
export function summary(title: string, counts: Counts): string {
  const list = (names: readonly string[], label = (name: string) => name) =>
    names.map((name) => `${label(name)} ${(counts[name] ?? 0).toLocaleString('en')}`).join(', ');
  const starting = (start: string) => Object.keys(counts).filter((name) => name.startsWith(start));
  const sum = (names: readonly string[]) => names.reduce((all, name) => all + (counts[name] ?? 0), 0).toLocaleString('en');
  const part = (start: string) => `${sum(starting(start))} (${list(starting(start), (name) => name.slice(start.length))})`;
  return [
    `${title}: ${list(['runs', 'requests', 'events', 'store operations'])}`,
    `  operations ${part('operation ')}`,
    `  faults ${sum(FAULTS)} (${list(FAULTS)})`,
    `  mishaps ${part('mishap ')}`,
    `  ${list(['messages kept', 'messages refused', 'messages discarded', 'entries sent again'])}: lost 0, twice 0, out of order 0`
  ].join('\n');
}
