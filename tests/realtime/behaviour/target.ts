/** The Supabase that the suite is run against, and the one that it boots when it is given none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadConfig } from '../../../supabase/embedded/config.ts';
import { freePorts } from '../../../supabase/embedded/ports.ts';
import { startStack } from '../../../supabase/embedded/stack.ts';

/** A folder as the Supabase CLI has it: `supabase start` beside it boots the same project. */
export const PROJECT = fileURLToPath(new URL('supabase', import.meta.url));
export const SETUP = path.join(PROJECT, 'migrations/20261121000000_realtime_behaviour.sql');

export const targetSchema = z.object({
  url: z.url(),
  /** Publishable or anon key. */
  key: z.string().min(1),
  /** Secret or service_role key. */
  secret: z.string().optional(),
  /** As the role `postgres`. */
  db: z.string().optional(),
  /** Where tokens are signed with HS256. */
  jwtSecret: z.string().optional()
});

export type Target = z.infer<typeof targetSchema>;

/** The target of `REALTIME_TARGET`, else an embedded stack of its own. */
export async function openTarget(env = process.env): Promise<Target & { stop(): Promise<void> }> {
  if (env.REALTIME_TARGET) {
    return { ...targetSchema.parse(JSON.parse(env.REALTIME_TARGET)), stop: () => Promise.resolve() };
  }
  const home = await mkdtemp(path.join(tmpdir(), 'parley-behaviour-'));
  const config = await loadConfig(path.join(PROJECT, 'config.toml'));
  const stack = await startStack({ home, project: PROJECT, config, ports: await freePorts() });
  return {
    url: stack.apiUrl,
    key: stack.publishableKey,
    secret: stack.secretKey,
    db: stack.dbUrl,
    jwtSecret: stack.jwtSecret,
    async stop() {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    }
  };
}
