/**
 * supabase/config.toml, read as the Supabase CLI reads it: the same names, the same defaults, `env(NAME)` replaced. Only what
 * the embedded stack uses is described here; other keys belong to the CLI, which checks them itself.
 * Sizes come out in bytes and durations in milliseconds.
 * Source: https://supabase.com/docs/guides/local-development/cli/config
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { authConfig, type AuthConfigInput } from './auth/config.ts';
import { bytes, port } from './config/units.ts';
import { StackError } from './errors.ts';
import { PROJECT } from './paths.ts';

const functionSchema = z.looseObject({
  enabled: z.boolean().default(true),
  /** Refuse callers without a valid JWT before the function runs. */
  verify_jwt: z.boolean().default(true),
  /** Relative to the folder of config.toml. */
  entrypoint: z.string().optional(),
  import_map: z.string().optional(),
  static_files: z.array(z.string()).default([])
});

/** Checked by what Auth makes of it, and kept as written: Auth reads it itself. */
const authSchema = z
  .looseObject({ enabled: z.boolean().default(true), site_url: z.url().default('http://127.0.0.1:3000') })
  .superRefine((section, context) => {
    const { error } = authConfig.safeParse(section);
    for (const { path: at, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: at, message });
  })
  .transform((section) => section as typeof section & AuthConfigInput);

const configSchema = z.looseObject({
  project_id: z.string().min(1),
  api: z
    .looseObject({
      enabled: z.boolean().default(true),
      port: port.default(54321),
      schemas: z.array(z.string()).default(['public', 'graphql_public']),
      extra_search_path: z.array(z.string()).default(['public', 'extensions']),
      max_rows: z.int().positive().default(1000),
      auto_expose_new_tables: z.boolean().default(true)
    })
    .prefault({}),
  db: z
    .looseObject({
      port: port.default(54322),
      shadow_port: port.default(54320),
      major_version: z.literal(17, { error: 'the embedded stack has Postgres 17' }).default(17),
      migrations: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
      seed: z
        .looseObject({ enabled: z.boolean().default(true), sql_paths: z.array(z.string()).default(['./seed.sql']) })
        .prefault({})
    })
    .prefault({}),
  realtime: z.looseObject({ enabled: z.boolean().default(true) }).prefault({}),
  local_smtp: z
    .looseObject({
      enabled: z.boolean().default(true),
      port: port.default(54324),
      smtp_port: port.default(54325),
      admin_email: z.email().default('admin@email.com'),
      sender_name: z.string().default('Admin')
    })
    .prefault({}),
  storage: z
    .looseObject({
      enabled: z.boolean().default(true),
      file_size_limit: bytes.prefault('50MiB'),
      buckets: z
        .record(
          z.string(),
          z.looseObject({
            public: z.boolean().default(false),
            file_size_limit: bytes.optional(),
            allowed_mime_types: z.array(z.string()).default([])
          })
        )
        .default({})
    })
    .prefault({}),
  auth: authSchema.prefault({}),
  edge_runtime: z
    .looseObject({ enabled: z.boolean().default(true), secrets: z.record(z.string(), z.string()).default({}) })
    .prefault({}),
  functions: z.record(z.string().regex(/^[A-Za-z][\w-]*$/, 'not a name for a function'), functionSchema).default({})
});

export type StackConfig = z.output<typeof configSchema>;
export type FunctionConfig = z.output<typeof functionSchema>;

/** Reads `file`. @throws {StackError} config_invalid, naming every value that does not fit. */
export async function loadConfig(file = path.join(PROJECT, 'config.toml'), env = process.env): Promise<StackConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new StackError('config_invalid', { reason: (cause as Error).message }, { cause });
  }
  return parseConfig(text, env);
}

/** The same from text. */
export function parseConfig(text: string, env: NodeJS.ProcessEnv = {}): StackConfig {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw new StackError('config_invalid', { reason: (cause as Error).message }, { cause });
  }
  const result = configSchema.safeParse(withEnvironment(raw, env));
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path: at, message }) => `  ${at.join('.')}: ${message}`);
  throw new StackError('config_invalid', { reason: `\n${lines.join('\n')}` }, { cause: result.error });
}

/** Replaces strings of the form `env(NAME)`; one whose variable is not set stays as it is, as with the CLI. */
function withEnvironment(value: unknown, env: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') {
    const name = /^env\((\w+)\)$/.exec(value)?.[1];
    return (name && env[name]) ?? value;
  }
  if (Array.isArray(value)) return value.map((item) => withEnvironment(item, env));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEnvironment(item, env)]));
}
