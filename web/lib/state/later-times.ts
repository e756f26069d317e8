export type LaterTime = { readonly name: 'hour' | 'tomorrow' | 'monday'; readonly at: Date };

const MORNING = 9;

/** Moments at which one usually wants something to be sent: in an hour, tomorrow morning, on Monday morning. */
export function laterTimes(now: Date): readonly LaterTime[] {
  const morning = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
  // On a Sunday, Monday is tomorrow.
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const times: LaterTime[] = [
    { name: 'hour', at: new Date(now.getTime() + 3_600_000) },
    { name: 'tomorrow', at: morning(1) }
  ];
  return toMonday === 1 ? times : [...times, { name: 'monday', at: morning(toMonday) }];
}

/** As a field of the type datetime-local has it: the person's own time, without a zone. */
export function localInput(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
