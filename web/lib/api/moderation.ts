import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { maybeMoment, maybePerson, moment, nothing, PROFILE } from './rows.ts';

const actionSchema = z.enum(['remove', 'warn', 'suspend', 'lift_suspension', 'withhold', 'stop_withholding', 'dismiss']);
export type ModerationAction = z.output<typeof actionSchema>;

const reportSchema = z.pipe(
  z.object({
    id: z.guid(),
    conversation_id: z.nullable(z.guid()),
    seq: z.nullable(z.number()),
    team_id: z.nullable(z.guid()),
    reason: z.catch(z.enum(['spam', 'harassment', 'hate', 'violence', 'sexual', 'illegal', 'other']), 'other'),
    note: z.nullable(z.string()),
    said: z.nullable(z.string()),
    status: z.enum(['open', 'handled', 'dismissed']),
    action: z.nullable(actionSchema),
    created_at: moment,
    handled_at: maybeMoment,
    reporter: maybePerson,
    subject: maybePerson,
    handler: maybePerson
  }),
  z.transform(({ conversation_id, team_id, created_at, handled_at, ...report }) => ({
    ...report,
    conversationId: conversation_id,
    teamId: team_id,
    createdAt: created_at,
    handledAt: handled_at
  }))
);
export type Report = z.output<typeof reportSchema>;

const entrySchema = z.pipe(
  z.object({
    id: z.number(),
    at: moment,
    actor_id: z.nullable(z.guid()),
    subject_id: z.nullable(z.guid()),
    action: z.string(),
    details: z.record(z.string(), z.unknown())
  }),
  z.transform(({ actor_id, subject_id, ...entry }) => ({ ...entry, actorId: actor_id, subjectId: subject_id }))
);
/** One act of the audit log. */
export type AuditEntry = z.output<typeof entrySchema>;

const REPORT = `id,conversation_id,seq,team_id,reason,note,said,status,action,created_at,handled_at,reporter:profiles!reports_reporter_id_fkey(${PROFILE}),subject:profiles!reports_subject_id_fkey(${PROFILE}),handler:profiles!reports_handled_by_fkey(${PROFILE})`;
const REPORTS = 50;
const ENTRIES = 100;

export type Measure = { action: ModerationAction; until?: Date | undefined; note?: string | undefined };

const argsOf = ({ action, until, note }: Measure) => ({ action, until: until?.toISOString() ?? null, note: note || null });

/** What moderators do, and owner and admins of a team in it. */
export class Moderation {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** Whether this person is a moderator of the whole platform. */
  isModerator(): Promise<boolean> {
    return call(this.#supabase, z.boolean(), (rest) => rest.rpc('am_i_moderator'));
  }

  /** The queue, oldest first; or what was handled, newest first. At most 50. */
  reports(status: 'open' | 'closed', teamId?: string): Promise<Report[]> {
    return call(this.#supabase, z.array(reportSchema), (rest) => {
      const all = rest.from('reports').select(REPORT);
      const some = teamId ? all.eq('team_id', teamId) : all;
      return status === 'open'
        ? some.eq('status', 'open').order('created_at').limit(REPORTS)
        : some.neq('status', 'open').order('handled_at', { ascending: false }).limit(REPORTS);
    });
  }

  /** Handles a report, and with it all open ones of the same message or person. */
  async handle(reportId: string, measure: Measure): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('handle_report', { id: reportId, ...argsOf(measure) }));
  }

  async moderate(userId: string, measure: Measure): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('moderate_user', { user_id: userId, ...argsOf(measure) }));
  }

  /** The newest 100 acts before this one. */
  auditLog(teamId: string | null, before: number | null = null): Promise<AuditEntry[]> {
    return call(this.#supabase, z.array(entrySchema), (rest) => {
      const all = rest.from('audit_log').select('id,at,actor_id,subject_id,action,details');
      const some = teamId ? all.eq('team_id', teamId) : all;
      const page = before === null ? some : some.lt('id', before);
      return page.order('id', { ascending: false }).limit(ENTRIES);
    });
  }
}
