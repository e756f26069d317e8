import type { PermissionRow } from './wire/permissions.ts';

/** What a member may do beyond reading and posting: public.permission of the database. */
export type Permission =
  | 'react'
  | 'edit_own'
  | 'delete_own'
  | 'delete_any'
  | 'pin'
  | 'mention_all'
  | 'attach'
  | 'poll'
  | 'invite'
  | 'remove'
  | 'set_roles'
  | 'rename'
  | 'configure';

/** By kind of conversation and role: "group owner". */
export type Permissions = ReadonlyMap<string, ReadonlySet<Permission>>;

export function toPermissions(rows: readonly PermissionRow[]): Permissions {
  const all = Map.groupBy(rows, ({ kind, role }) => `${kind} ${role}`);
  return new Map([...all].map(([key, some]) => [key, new Set(some.map(({ permission }) => permission as Permission))]));
}
