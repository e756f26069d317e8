/** Tells when something in a folder has changed, once for a burst of changes. */
import { watch } from 'node:fs';

/** Editors write a file in several steps. */
const QUIET_MS = 150;

export function watchFolder(folder: string, changed: () => void): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
  });
  return {
    async stop() {
      clearTimeout(timer);
      watcher.close();
    }
  };
}
