/** The payload of `phx_join`. */
import { z } from 'zod';
import { flexibleBooleanSchema } from './flexible-boolean.ts';
import { postgresChangeSchema, postgresChangesOptionsSchema } from './postgres-change.ts';

const broadcastConfigSchema = z.object({
  ack: flexibleBooleanSchema.default(false),
  self: flexibleBooleanSchema.default(false),
  replication_ready: flexibleBooleanSchema.default(false),
  // Checked when it is used, since a wrong one refuses the join instead of being overlooked.
  replay: z.unknown().optional()
});

const presenceConfigSchema = z.object({
  enabled: flexibleBooleanSchema.default(false),
  key: z.unknown().optional()
});

const configSchema = z.object({
  broadcast: broadcastConfigSchema.nullish().transform((config) => config ?? broadcastConfigSchema.parse({})),
  presence: presenceConfigSchema.nullish().transform((config) => config ?? presenceConfigSchema.parse({})),
  postgres_changes: z
    .array(postgresChangeSchema.nullable())
    .nullish()
    .transform((changes) => (changes ?? []).filter((change) => change !== null)),
  postgres_changes_options: postgresChangesOptionsSchema.nullish().transform((options) => options ?? { wait: false, timeout: 0 }),
  private: flexibleBooleanSchema.nullish().transform((value) => value ?? false)
});

export const joinSchema = z.object({
  config: configSchema.nullish().transform((config) => config ?? configSchema.parse({})),
  access_token: z.string().nullish(),
  user_token: z.string().nullish()
});

export type JoinPayload = z.infer<typeof joinSchema>;

/** What a join means that says nothing: a public channel with every default. */
export const DEFAULT_JOIN: JoinPayload = joinSchema.parse({});

/** `broadcast.replay` of a join: what was sent since a time (ms since 1970), at most 25 of it. */
export const replaySchema = z.object({ since: z.int().nonnegative(), limit: z.int().nullish() });
