import { freePort } from '../../supabase/embedded/ports.ts';

/** `count` ports that nobody listens on. */
export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => freePort()));
}
