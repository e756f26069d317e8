import type { SupabaseClient } from '@supabase/supabase-js';
import { Channels } from '#lib/api/channels.ts';
import type { Team, TeamPermission, Teams } from '#lib/api/teams.ts';
import { Loaded } from '#lib/state/loaded.svelte.ts';

/** The team that is open, what one may do in it, and the calls about it. */
export class OpenTeam {
  readonly id: string;
  readonly me: string;
  readonly calls: Teams;
  readonly channels: Channels;
  /** Null for who is not in it. */
  readonly loaded: Loaded<{ team: Team; may: ReadonlySet<TeamPermission> } | null>;

  constructor(id: string, me: string, calls: Teams, supabase: SupabaseClient) {
    this.id = id;
    this.me = me;
    this.calls = calls;
    this.channels = new Channels(supabase);
    this.loaded = new Loaded(async () => {
      const team = await calls.team(id);
      return team && { team, may: await calls.permissions(team.role) };
    });
  }
}
