/** What the server needs to know, as options or as environment variables. */
import { z } from 'zod';
import { type Limits, limitsSchema } from './limits.ts';
import { createLog, LOG_LEVELS, type Log } from './log.ts';

export interface RealtimeOptions {
  /** As a role that may replicate, act as the API roles and keep the partitions: `supabase_admin`, as in the real service. */
  databaseUrl: string;
  jwtSecret: string;
  /** 0 takes any free one. */
  port: number;
  host?: string;
  limits?: Partial<Limits>;
  /** Connections for asking the policies. */
  poolSize?: number;
  log?: Log;
}

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  JWT_SECRET: z.string().min(32),
  DB_POOL_SIZE: z.coerce.number().int().positive().default(4),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** JSON object with any of the limits of limits.ts. */
  LIMITS: z
    .string()
    .default('{}')
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(limitsSchema.partial())
});

/** Throws a ZodError that names what is missing or wrong. */
export function optionsFromEnvironment(environment: NodeJS.ProcessEnv): RealtimeOptions {
  const values = environmentSchema.parse(environment);
  return {
    databaseUrl: values.DATABASE_URL,
    jwtSecret: values.JWT_SECRET,
    port: values.PORT,
    host: values.HOST,
    poolSize: values.DB_POOL_SIZE,
    limits: values.LIMITS,
    log: createLog(values.LOG_LEVEL)
  };
}
