import type { Live } from './live.ts';

type Values<Sources extends readonly Live<unknown>[]> = {
  [Index in keyof Sources]: Sources[Index] extends Live<infer T> ? T : never;
};

/**
 * A Live computed from others. It is computed when it is read and a source has another value than last time, so that a burst of
 * changes costs one computation, and the same inputs give the same object. A listener may be told although the result is the same.
 */
export function derive<const Sources extends readonly Live<unknown>[], T>(
  sources: Sources,
  compute: (...values: Values<Sources>) => T
): Live<T> {
  let inputs: readonly unknown[] | null = null;
  let result: T;
  return {
    get current() {
      const values = sources.map((source) => source.current);
      if (!inputs || values.some((value, index) => !Object.is(value, inputs?.[index]))) {
        result = compute(...(values as Values<Sources>));
        inputs = values;
      }
      return result;
    },
    subscribe(onChange) {
      const releases = sources.map((source) => source.subscribe(onChange));
      return () => {
        for (const release of releases) release();
      };
    }
  };
}
