/**
 * What was replayed, and what came live meanwhile, as one sequence. Both are in the order of commits, each with gaps: the replay
 * lacks what was under way when its time began, the live stream what it has not got to yet.
 */
export interface Message {
  /** Of a message that is, or may be, stored. */
  id?: string | undefined;
}

/** The replayed messages, and among them the live ones that were not replayed, each where the live order has it. */
export function inOrder<T extends Message>(replayed: readonly T[], live: readonly T[]): T[] {
  const ids = new Set(replayed.map(({ id }) => id));
  const places = new Map(live.map(({ id }, index) => [id, index]));
  const sequence: T[] = [];
  let next = 0;
  const takeLive = (before: number) => {
    for (; next < before; next += 1) {
      const message = live[next]!;
      if (message.id === undefined || !ids.has(message.id)) sequence.push(message);
    }
  };
  for (const message of replayed) {
    takeLive(message.id === undefined ? 0 : (places.get(message.id) ?? 0));
    sequence.push(message);
  }
  takeLive(live.length);
  return sequence;
}
