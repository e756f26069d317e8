import type { Files } from '#lib/chat/index.ts';
import { Tray } from './tray.svelte.ts';

const trays = new WeakMap<Files, Map<string, Tray>>();

/** The tray of a conversation or thread: what lies in it is still there when one comes back. */
export function trayOf(files: Files, place: string): Tray {
  const known = trays.get(files) ?? new Map<string, Tray>();
  trays.set(files, known);
  const tray = known.get(place) ?? new Tray(files);
  known.set(place, tray);
  return tray;
}
