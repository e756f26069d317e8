import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { ConversationSummary, Role } from '#lib/chat/index.ts';
import { call } from '#lib/chat/supabase/call.ts';
import { roleSchema } from '#lib/chat/wire/rows.ts';
import { maybeMoment, nothing } from './rows.ts';

const detailsSchema = z.pipe(
  z.object({
    description: z.nullable(z.string()),
    team_id: z.nullable(z.guid()),
    project_id: z.nullable(z.guid()),
    is_public: z.boolean(),
    is_default: z.boolean(),
    post_role: roleSchema,
    slow_mode_seconds: z.number(),
    disappear_after_seconds: z.nullable(z.number()),
    closed_at: maybeMoment
  }),
  z.transform((row) => ({
    description: row.description,
    teamId: row.team_id,
    projectId: row.project_id,
    isPublic: row.is_public,
    isDefault: row.is_default,
    postRole: row.post_role,
    slowModeSeconds: row.slow_mode_seconds,
    disappearAfterSeconds: row.disappear_after_seconds,
    isClosed: row.closed_at !== null
  }))
);
/** What is set about a conversation, beyond what the list shows of it. */
export type ConversationDetails = z.output<typeof detailsSchema>;

const permissionSchema = z.enum([
  'react',
  'edit_own',
  'delete_own',
  'delete_any',
  'pin',
  'mention_all',
  'attach',
  'poll',
  'invite',
  'remove',
  'set_roles',
  'rename',
  'configure'
]);
export type Permission = z.output<typeof permissionSchema>;

export type DetailsChange = {
  description?: string;
  postRole?: Role;
  slowModeSeconds?: number;
  isPublic?: boolean;
  isClosed?: boolean;
};

const fileSchema = z.object({
  id: z.guid(),
  seq: z.number(),
  name: z.string(),
  mime_type: z.string(),
  size: z.number()
});
/** A file of a message. `size` in bytes. */
export type SharedFile = z.output<typeof fileSchema>;

/** What a conversation is set to, and changing it. */
export class ConversationSettings {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Null for who is not in it. */
  async details(id: string): Promise<ConversationDetails | null> {
    const [details] = await call(this.#supabase, z.array(detailsSchema), (rest) =>
      rest
        .from('conversation_list')
        .select(
          'description,team_id,project_id,is_public,is_default,post_role,slow_mode_seconds,disappear_after_seconds,closed_at'
        )
        .eq('id', id)
    );
    return details ?? null;
  }

  /** What a role may do in this kind of conversation. */
  async permissions(kind: ConversationSummary['kind'], role: Role): Promise<ReadonlySet<Permission>> {
    const rows = await call(this.#supabase, z.array(z.object({ permission: permissionSchema })), (rest) =>
      rest.from('role_permissions').select('permission').eq('kind', kind).eq('role', role)
    );
    return new Set(rows.map(({ permission }) => permission));
  }

  /** What is left out stays; an empty description is taken away. */
  async change(id: string, { description, postRole, slowModeSeconds, isPublic, isClosed }: DetailsChange): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('configure_conversation', {
        conversation_id: id,
        description: description ?? null,
        post_role: postRole ?? null,
        slow_mode_seconds: slowModeSeconds ?? null,
        is_public: isPublic ?? null,
        is_closed: isClosed ?? null
      })
    );
  }

  /** What is said from now on goes after so many seconds; null for never. */
  async setDisappearing(id: string, seconds: number | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('set_disappearing', { conversation_id: id, seconds }));
  }

  /** The files of its messages, the newest first; at most 100. */
  files(id: string): Promise<SharedFile[]> {
    return call(this.#supabase, z.array(fileSchema), (rest) =>
      rest
        .from('attachments')
        .select('id,seq,name,mime_type,size')
        .eq('conversation_id', id)
        .not('seq', 'is', null)
        .order('seq', { ascending: false })
        .limit(100)
    );
  }
}
