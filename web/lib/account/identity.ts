import { z } from 'zod/mini';

const identitySchema = z.object({ id: z.guid(), email: z._default(z.string(), '') });

/** Who is signed in on this device. Kept beside Auth's own session, because that one cannot be read offline once it has expired. */
export type Identity = z.infer<typeof identitySchema>;

const KEY = 'parley.identity';

type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function rememberIdentity(identity: Identity | null, memory: Memory = localStorage): void {
  if (identity) memory.setItem(KEY, JSON.stringify(identity));
  else memory.removeItem(KEY);
}

/** The remembered person, or null when there is none or what is stored is damaged. */
export function rememberedIdentity(memory: Memory = localStorage): Identity | null {
  try {
    return identitySchema.parse(JSON.parse(memory.getItem(KEY) ?? 'null'));
  } catch {
    return null;
  }
}
