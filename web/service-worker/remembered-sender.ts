import * as z from 'zod/mini';
import { SESSION_KEY, sessionStorage } from '../lib/account/session-storage.ts';

const sessionSchema = z.object({ user: z.object({ id: z.guid() }) });

/** Who is signed in on this device, also without a network, when the session cannot be renewed; null when nobody is. */
export async function rememberedSender(): Promise<string | null> {
  try {
    return sessionSchema.parse(JSON.parse((await sessionStorage().getItem(SESSION_KEY)) ?? 'null')).user.id;
  } catch {
    return null;
  }
}
