import type { SecretKey } from '../../e2ee/bytes.ts';
import type { Box, DeviceStore } from './device-store.ts';

/** As long as it lives: for tests, and where nothing else is allowed. */
export function memoryDevice(): DeviceStore {
  const keys = new Map<string, SecretKey>();
  const boxes = new Map<string, Box>();
  const at = (...names: string[]) => names.join('|');
  return {
    async key(userId, fresh) {
      const known = keys.get(userId) ?? fresh;
      keys.set(userId, known);
      return known;
    },
    boxes: async (userId, kind) => [...boxes].filter(([key]) => key.startsWith(at(userId, kind, ''))).map(([, box]) => box),
    box: async (userId, kind, id) => boxes.get(at(userId, kind, id)) ?? null,
    async put(userId, kind, box) {
      const key = at(userId, kind, box.id);
      if ((boxes.get(key)?.version ?? 0) + 1 !== box.version) return false;
      boxes.set(key, { ...box });
      return true;
    },
    async remove(userId, kind, ids) {
      for (const id of ids) boxes.delete(at(userId, kind, id));
    },
    async wipe(userId) {
      keys.delete(userId);
      for (const key of boxes.keys()) if (key.startsWith(at(userId, ''))) boxes.delete(key);
    }
  };
}
