import { createContext } from 'svelte';
import type { SupabaseClient } from '@supabase/supabase-js';
import { Teams } from '#lib/api/teams.ts';
import { Loaded } from '#lib/state/loaded.svelte.ts';

/** The list of one's teams, and the calls that change it: shared by the list and what is open beside it. */
export class TeamsPlace {
  readonly calls: Teams;
  readonly mine;
  readonly invitations;

  constructor(supabase: SupabaseClient, me: string) {
    this.calls = new Teams(supabase, me);
    this.mine = new Loaded(() => this.calls.mine());
    this.invitations = new Loaded(() => this.calls.ownInvitations());
  }

  /** One has come into a team, or left one, or it is called something else. */
  async changed(): Promise<void> {
    await Promise.all([this.mine.reload(), this.invitations.reload()]);
  }
}

export const [getTeamsPlace, setTeamsPlace] = createContext<TeamsPlace>();
