import type { Live } from '../../../web/lib/chat/index.ts';

/** Waits, by listening, until what changes is as it should be. Says what it was instead when that takes too long. */
export function until<T>(live: Live<T>, holds: (value: T) => boolean, timeoutMs = 10_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { current } = live;
      if (!holds(current)) return;
      clearTimeout(timer);
      release();
      resolve(current);
    };
    const release = live.subscribe(look);
    const late = new Error(`not within ${timeoutMs} ms: ${holds}`);
    const timer = setTimeout(() => {
      release();
      late.message += `\nwas ${JSON.stringify(live.current, (_key, value: unknown) => (value instanceof Map ? [...value] : value), 1)?.slice(0, 4000)}`;
      reject(late);
    }, timeoutMs);
    look();
  });
}
