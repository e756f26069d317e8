import * as z from 'zod/mini';
import { roleSchema } from './rows.ts';

/** A row of the table role_permissions. What a newer server knows besides is of no use here. */
export const permissionRowSchema = z.object({ kind: z.string(), role: z.catch(roleSchema, 'guest'), permission: z.string() });
export type PermissionRow = z.infer<typeof permissionRowSchema>;
