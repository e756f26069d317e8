import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Role } from '#lib/chat/index.ts';
import { call } from '#lib/chat/supabase/call.ts';
import { roleSchema } from '#lib/chat/wire/rows.ts';
import { maybeMoment, nothing } from './rows.ts';

const channelFields = {
  id: z.guid(),
  title: z.string(),
  description: z.nullable(z.string()),
  project_id: z.nullable(z.guid()),
  is_default: z.boolean(),
  member_count: z.number()
};

const publicSchema = z.object({ ...channelFields, is_member: z.boolean() });
const ownSchema = z.object({ ...channelFields, is_public: z.boolean(), role: roleSchema, closed_at: maybeMoment });

/** A channel of a team, as its browser shows it. */
export type Channel = {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly projectId: string | null;
  readonly memberCount: number;
  readonly isPublic: boolean;
  readonly isDefault: boolean;
  /** One's own; null for who is not in it. */
  readonly role: Role | null;
  /** It can be read, but nobody posts. */
  readonly isArchived: boolean;
};

const projectSchema = z.pipe(
  z.object({
    id: z.guid(),
    name: z.string(),
    description: z.nullable(z.string()),
    created_by: z.nullable(z.guid()),
    archived_at: maybeMoment
  }),
  z.transform(({ created_by, archived_at, ...project }) => ({ ...project, createdBy: created_by, archivedAt: archived_at }))
);
export type Project = z.output<typeof projectSchema>;

export type NewChannel = {
  title: string;
  description: string;
  projectId: string | null;
  isPublic: boolean;
  isDefault: boolean;
  postRole: Role;
};

const idSchema = z.tuple([z.object({ id: z.guid() })]);

/** The channels and projects of teams. */
export class Channels {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Those that one may find and those that one is in, by title. A guest, who finds none (`finds` false), has their own. */
  async all(teamId: string, finds: boolean): Promise<Channel[]> {
    const [found, own] = await Promise.all([
      finds ? this.#browse(teamId) : [],
      call(this.#supabase, z.array(ownSchema), (rest) =>
        rest
          .from('conversation_list')
          .select('id,title,description,project_id,is_public,is_default,member_count,role,closed_at')
          .eq('team_id', teamId)
          .limit(1000)
      )
    ]);
    const channels = new Map<string, Channel>(found.map((row) => [row.id, toChannel(row, true, null, false)]));
    for (const row of own) channels.set(row.id, toChannel(row, row.is_public, row.role, row.closed_at !== null));
    return [...channels.values()].sort((a, b) => a.title.localeCompare(b.title));
  }

  #browse(teamId: string) {
    return call(this.#supabase, z.array(publicSchema), (rest) => rest.rpc('browse_channels', { team_id: teamId }).limit(1000));
  }

  async create(teamId: string, channel: NewChannel): Promise<string> {
    const [{ id }] = await call(this.#supabase, idSchema, (rest) =>
      rest.rpc('create_channel', {
        team_id: teamId,
        title: channel.title,
        description: channel.description,
        project_id: channel.projectId,
        is_public: channel.isPublic,
        is_default: channel.isDefault,
        post_role: channel.postRole
      })
    );
    return id;
  }

  async join(id: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('join_channel', { conversation_id: id }));
  }

  async leave(id: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('leave_conversation', { conversation_id: id }));
  }

  async setArchived(id: string, archived: boolean): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('configure_conversation', { conversation_id: id, is_closed: archived })
    );
  }

  projects(teamId: string): Promise<Project[]> {
    return call(this.#supabase, z.array(projectSchema), (rest) =>
      rest.from('projects').select('id,name,description,created_by,archived_at').eq('team_id', teamId).order('name').limit(500)
    );
  }

  async createProject(teamId: string, name: string, description: string): Promise<string> {
    const [{ id }] = await call(this.#supabase, idSchema, (rest) =>
      rest.rpc('create_project', { team_id: teamId, name, description })
    );
    return id;
  }

  async setProjectArchived(projectId: string, archived: boolean): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('update_project', { project_id: projectId, is_archived: archived }));
  }
}

type Row = z.output<z.ZodMiniObject<typeof channelFields>>;

const toChannel = (row: Row, isPublic: boolean, role: Role | null, isArchived: boolean): Channel => ({
  id: row.id,
  title: row.title,
  description: row.description,
  projectId: row.project_id,
  memberCount: row.member_count,
  isPublic,
  isDefault: row.is_default,
  role,
  isArchived
});
