import type { MessageRow, PreviewRow } from '../wire/rows.ts';

/** What was seen of a message's edits: the newest, and the last counter of each device. */
type Seen = { revision: number; signature: string; counters: ReadonlyMap<string, number> };

/** The edits that this tab has seen: what was seen once, the server cannot take back by showing an older one, or none. */
export class SeenEdits {
  #seen = new Map<string, Seen>();

  /** Whether a row shows an older state of a message as a newer one. `isOpened`: its edit is what its sender made, and is noted. */
  isTakenBack(row: MessageRow | PreviewRow, isOpened: boolean): boolean {
    // Previews leave out what is long, and have no revision.
    if (!('revision' in row)) return false;
    const { id, revision, edit_envelope: edit } = row;
    const seen = this.#seen.get(id);
    if (seen && revision > seen.revision && !edit) return true;
    if (!edit || !isOpened || (seen && (revision < seen.revision || edit.signature === seen.signature))) return false;
    const { signature, deviceId, counter } = edit;
    if (counter <= (seen?.counters.get(deviceId) ?? 0)) return true;
    this.#seen.set(id, { revision, signature, counters: new Map(seen?.counters).set(deviceId, counter) });
    return false;
  }
}
