/** What the server needs to know, as options or as environment variables. */
import { z } from 'zod';
import type { PostgresChangesOptions } from './changes/postgres-changes.ts';
import { HOSTED_LIMITS, type Limits, limitsSchema } from './limits.ts';
import { createLog, type Log, LOG_LEVELS } from './log.ts';
import { type Jwks, jwksSchema } from './tokens.ts';

export interface RealtimeOptions {
  /** As a role that may replicate, act as the API roles and keep the partitions: `supabase_admin`, as in the real service. */
  databaseUrl: string;
  jwtSecret: string;
  /** Keys beside the secret that tokens may name. */
  jwks?: Jwks;
  /** 0 takes any free one. */
  port: number;
  host?: string;
  limits?: Partial<Limits>;
  /** Refuses public channels, as the hosted service does where "Allow public access" is off. */
  privateOnly?: boolean;
  /** Connections for asking the policies. */
  poolSize?: number;
  /** How long the slot of Postgres Changes outlives its last subscription, and how often published tables are looked at. */
  changes?: Pick<PostgresChangesOptions, 'idleMs' | 'publicationMs'>;
  log?: Log;
  /** Milliseconds of a clock that never jumps back: for limits and silence. */
  now?: () => number;
}

// What others may have set for themselves, as shells do with HOST, is not taken: those names have a prefix.
const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  JWT_SECRET: z.string().min(32),
  /** JSON Web Key Set with public (or symmetric) keys. */
  JWT_JWKS: z.string().default('{"keys": []}').transform(parseJson).pipe(jwksSchema),
  REALTIME_HOST: z.string().default('127.0.0.1'),
  REALTIME_POOL_SIZE: z.coerce.number().int().positive().default(4),
  REALTIME_PRIVATE_ONLY: z.stringbool().default(false),
  REALTIME_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** JSON object with any of the limits of limits.ts, or `hosted` for those of a hosted project. */
  REALTIME_LIMITS: z
    .string()
    .default('{}')
    .transform((text, context) => (text === 'hosted' ? HOSTED_LIMITS : parseJson(text, context)))
    .pipe(limitsSchema.partial())
});

/** Throws a ZodError that names what is missing or wrong. */
export function optionsFromEnvironment(environment: NodeJS.ProcessEnv): RealtimeOptions {
  const values = environmentSchema.parse(environment);
  return {
    databaseUrl: values.DATABASE_URL,
    jwtSecret: values.JWT_SECRET,
    jwks: values.JWT_JWKS,
    port: values.PORT,
    host: values.REALTIME_HOST,
    poolSize: values.REALTIME_POOL_SIZE,
    privateOnly: values.REALTIME_PRIVATE_ONLY,
    limits: values.REALTIME_LIMITS,
    log: createLog(values.REALTIME_LOG_LEVEL)
  };
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}
