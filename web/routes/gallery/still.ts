/** Stands for what a still life does not have: called it does nothing, read as a Live it has nothing and never changes. */
const nothing = Object.assign(() => undefined, { current: undefined, subscribe: () => () => undefined });

/** An object of which only `known` is there. All else about it is still: whatever is called does nothing. */
export function still<T extends object>(known: Partial<T>): T {
  return new Proxy(known, { get: (target, name) => (name in target ? target[name as keyof T] : nothing) }) as T;
}
