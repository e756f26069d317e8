import { Unreachable } from './errors.ts';

/**
 * An object that is made when one of its methods is first called, all of which are asynchronous: for what is loaded then.
 * A call rejects with Unreachable where that could not be had; the next one tries again.
 */
export function whenCalled<T extends object>(make: () => Promise<T>): T {
  let made: Promise<T> | null = null;
  const object = () =>
    (made ??= make().catch((cause: unknown) => {
      made = null;
      throw new Unreachable('A part of the app could not be loaded.', { cause });
    }));
  return new Proxy({} as T, {
    get: (own, name) =>
      // What somebody has put in the place of a method.
      Object.hasOwn(own, name)
        ? own[name as keyof T]
        : async (...given: unknown[]) => {
            const made = (await object()) as Record<PropertyKey, (...given: unknown[]) => unknown>;
            return made[name]!(...given);
          }
  });
}
