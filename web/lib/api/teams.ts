import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Role } from '#lib/chat/index.ts';
import { call } from '#lib/chat/supabase/call.ts';
import { roleSchema } from '#lib/chat/wire/rows.ts';
import { maybeMoment, moment, nothing, personSchema, PROFILE } from './rows.ts';

const teamFields = {
  id: z.guid(),
  name: z.string(),
  description: z.nullable(z.string()),
  member_count: z.number()
};

const toTeam = ({ member_count, ...team }: { id: string; name: string; description: string | null; member_count: number }) => ({
  ...team,
  memberCount: member_count
});

const foundSchema = z.pipe(z.object(teamFields), z.transform(toTeam));

const teamSchema = z.pipe(
  z.object({ ...teamFields, team_members: z.tuple([z.object({ role: roleSchema })]) }),
  z.transform(({ team_members: [{ role }], ...team }) => ({ ...toTeam(team), role }))
);
export type Team = z.output<typeof teamSchema>;

const permissionSchema = z.enum([
  'find_channels',
  'create_channel',
  'create_project',
  'invite',
  'remove',
  'set_roles',
  'configure',
  'moderate',
  'see_audit_log'
]);
export type TeamPermission = z.output<typeof permissionSchema>;

const memberSchema = z.pipe(
  z.object({ role: roleSchema, joined_at: moment, profiles: personSchema, bots: z.optional(z.unknown()) }),
  z.transform(({ role, joined_at, profiles }) => ({ ...profiles, role, joinedAt: joined_at }))
);
export type TeamMember = z.output<typeof memberSchema>;

const wordSchema = z.object({ word: z.string(), action: z.enum(['refuse', 'mask']) });
export type TeamWord = z.output<typeof wordSchema>;

const ownInvitationSchema = z.pipe(
  z.object({ ...teamFields, team_id: z.guid(), role: roleSchema, invited_by: z.nullable(z.guid()), expires_at: moment }),
  z.transform(({ team_id, invited_by, expires_at, member_count, ...invitation }) => ({
    ...invitation,
    teamId: team_id,
    memberCount: member_count,
    invitedBy: invited_by,
    expiresAt: expires_at
  }))
);
/** An invitation of one's own that is not answered. `id` is that of the invitation. */
export type OwnInvitation = z.output<typeof ownInvitationSchema>;

const invitationSchema = z.pipe(
  z.object({ id: z.guid(), role: roleSchema, expires_at: moment, person: personSchema }),
  z.transform(({ expires_at, ...invitation }) => ({ ...invitation, expiresAt: expires_at }))
);
/** Somebody who is invited and has not answered. */
export type Invitation = z.output<typeof invitationSchema>;

const linkSchema = z.pipe(
  z.object({
    id: z.guid(),
    role: roleSchema,
    expires_at: moment,
    max_uses: z.nullable(z.number()),
    uses: z.number(),
    revoked_at: maybeMoment
  }),
  z.transform(({ expires_at, max_uses, revoked_at, ...link }) => ({
    ...link,
    expiresAt: expires_at,
    maxUses: max_uses,
    revokedAt: revoked_at
  }))
);
/** A link that lets people in; its secret is only known when it is made. */
export type InviteLink = z.output<typeof linkSchema>;

const doorSchema = z.pipe(
  z.object({
    team_id: z.guid(),
    name: z.string(),
    description: z.nullable(z.string()),
    member_count: z.number(),
    role: roleSchema
  }),
  z.transform(({ team_id, member_count, ...door }) => ({ ...door, teamId: team_id, memberCount: member_count }))
);
/** Where a link leads to. */
export type Door = z.output<typeof doorSchema>;

export type TeamChange = { name?: string; description?: string };
export type NewLink = { role: 'member' | 'guest'; expiresInDays: number; maxUses: number | null };

const one = <Schema extends z.ZodMiniType>(schema: Schema) => z.tuple([schema]);

/** Teams: who is in them, and how one comes in. Every method is one request, and rejects with the classes of the chat client. */
export class Teams {
  readonly #supabase: SupabaseClient;
  readonly #me: string;

  constructor(supabase: SupabaseClient, me: string) {
    this.#supabase = supabase;
    this.#me = me;
  }

  /** The teams that one is in, by name. */
  mine(): Promise<Team[]> {
    return call(this.#supabase, z.array(teamSchema), (rest) => this.#mine(rest).order('name'));
  }

  /** One of them; null for who is not in it. */
  async team(id: string): Promise<Team | null> {
    const [team] = await call(this.#supabase, z.array(teamSchema), (rest) => this.#mine(rest).eq('id', id));
    return team ?? null;
  }

  #mine(rest: ReturnType<SupabaseClient['schema']>) {
    return rest
      .from('teams')
      .select('id,name,description,member_count,team_members!inner(role)')
      .eq('team_members.user_id', this.#me);
  }

  /** What a role may do in any team. */
  async permissions(role: Role): Promise<ReadonlySet<TeamPermission>> {
    const rows = await call(this.#supabase, z.array(z.object({ permission: permissionSchema })), (rest) =>
      rest.from('team_permissions').select('permission').eq('role', role)
    );
    return new Set(rows.map(({ permission }) => permission));
  }

  async create(name: string, description: string): Promise<string> {
    const [team] = await call(this.#supabase, one(foundSchema), (rest) => rest.rpc('create_team', { name, description }));
    return team.id;
  }

  async update(teamId: string, change: TeamChange): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('update_team', { team_id: teamId, ...change }));
  }

  async leave(teamId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('leave_team', { team_id: teamId }));
  }

  /** By name. A guest sees only themselves. */
  members(teamId: string): Promise<TeamMember[]> {
    return call(this.#supabase, z.array(memberSchema), (rest) =>
      rest
        .from('team_members')
        .select(`role,joined_at,profiles!team_members_user_id_fkey(${PROFILE})`)
        .eq('team_id', teamId)
        .order('role')
        .order('profiles(display_name)')
        .limit(5000)
    );
  }

  async setRole(teamId: string, userId: string, role: Role): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('set_team_role', { team_id: teamId, user_id: userId, role }));
  }

  async remove(teamId: string, userId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('remove_from_team', { team_id: teamId, user_id: userId }));
  }

  ownInvitations(): Promise<OwnInvitation[]> {
    return call(this.#supabase, z.array(ownInvitationSchema), (rest) => rest.rpc('my_team_invitations'));
  }

  async accept(invitationId: string): Promise<string> {
    const [team] = await call(this.#supabase, one(foundSchema), (rest) =>
      rest.rpc('accept_team_invitation', { id: invitationId })
    );
    return team.id;
  }

  async decline(invitationId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('decline_team_invitation', { id: invitationId }));
  }

  /** Those that are not answered yet. */
  invitations(teamId: string): Promise<Invitation[]> {
    return call(this.#supabase, z.array(invitationSchema), (rest) =>
      rest
        .from('team_invitations')
        .select(`id,role,expires_at,person:profiles!team_invitations_user_id_fkey(${PROFILE})`)
        .eq('team_id', teamId)
        .eq('status', 'open')
        .gt('expires_at', new Date().toISOString())
        .order('created_at', { ascending: false })
        .limit(500)
    );
  }

  async invite(teamId: string, userIds: readonly string[], role: Role): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('invite_to_team', { team_id: teamId, user_ids: userIds, role }));
  }

  async revoke(invitationId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('revoke_team_invitation', { id: invitationId }));
  }

  /** Links that still let people in, newest first. */
  async links(teamId: string): Promise<InviteLink[]> {
    const links = await call(this.#supabase, z.array(linkSchema), (rest) =>
      rest
        .from('team_invite_links')
        .select('id,role,expires_at,max_uses,uses,revoked_at')
        .eq('team_id', teamId)
        .is('revoked_at', null)
        .gt('expires_at', new Date().toISOString())
        .order('created_at', { ascending: false })
        .limit(100)
    );
    return links.filter(({ maxUses, uses }) => maxUses === null || uses < maxUses);
  }

  /** Resolves to the secret of the link, which is not shown again. */
  async createLink(teamId: string, { role, expiresInDays, maxUses }: NewLink): Promise<string> {
    const args = { team_id: teamId, role, expires_in: `${expiresInDays} days`, max_uses: maxUses };
    const [link] = await call(this.#supabase, one(z.object({ token: z.string() })), (rest) =>
      rest.rpc('create_invite_link', args)
    );
    return link.token;
  }

  async revokeLink(linkId: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('revoke_invite_link', { id: linkId }));
  }

  async lookAtLink(token: string): Promise<Door> {
    const [door] = await call(this.#supabase, one(doorSchema), (rest) => rest.rpc('look_at_invite_link', { token }));
    return door;
  }

  async joinByLink(token: string): Promise<string> {
    const [team] = await call(this.#supabase, one(foundSchema), (rest) => rest.rpc('join_team_by_link', { token }));
    return team.id;
  }

  words(teamId: string): Promise<TeamWord[]> {
    return call(this.#supabase, z.array(wordSchema), (rest) =>
      rest.from('team_words').select('word,action').eq('team_id', teamId).order('word').limit(500)
    );
  }

  /** `action` null takes them off the list. */
  async setWords(teamId: string, words: readonly string[], action: TeamWord['action'] | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('set_team_words', { team_id: teamId, words, action }));
  }
}
