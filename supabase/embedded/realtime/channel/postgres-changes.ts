/** Subscriptions to changed rows. */
import { Refused } from '../errors.ts';
import type { PostgresChange } from '../protocol/postgres-change.ts';

/**
 * The entries of a join with the ids under which changes will come.
 *
 * They are not served yet. Giving out ids would tell the client that it is subscribed, so a join that asks for any is
 * refused, in words that name the entries.
 */
export function subscribeToChanges(changes: readonly PostgresChange[]): (PostgresChange & { id: number })[] {
  if (changes.length === 0) return [];
  const asked = changes.map(({ event, schema, table }) => `${event ?? '*'} on ${schema ?? 'public'}.${table ?? '*'}`).join(', ');
  throw new Refused('RealtimeDisabledForConfiguration', {
    reason: `Unable to subscribe to changes with given parameters: postgres_changes (${asked}) is not served here`
  });
}
