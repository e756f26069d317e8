import type { Parts } from '../../assembly/parts.ts';
import type { ChatPorts } from '../../assembly/ports.ts';
import { Refused } from '../../errors.ts';
import { OpenedSearch } from './opened-search.ts';

/** One for each chat: it remembers how far back it has gone. */
const made = new WeakMap<Parts, OpenedSearch>();

/** The search of a chat. Loaded when somebody searches. */
export function searchOf(ports: ChatPorts, parts: Parts): OpenedSearch {
  const search = made.get(parts) ?? newSearch(ports, parts);
  made.set(parts, search);
  return search;
}

function newSearch({ onDevice, log }: ChatPorts, { gate, keeper, backend, personal }: Parts): OpenedSearch {
  if (!onDevice) throw new Refused('encryption_unavailable', 'This chat keeps nothing to search.', 0);
  return new OpenedSearch({
    onDevice,
    backend,
    rows: (id, rows) => gate.rows(id, rows),
    changes: gate.changes,
    records: () => keeper.records.current,
    hidden: () => personal.hidden.current,
    log
  });
}
