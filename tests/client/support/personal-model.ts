/** What of the database concerns one person's own rows: one number, and each row with that of its last change. */
import { tableNames, type TableName } from '../../../web/lib/chat/personal/tables.ts';
import type { PersonalAnswer, PersonalChange } from '../../../web/lib/chat/wire/personal.ts';

const PAGE = 3;
const AT = '2026-11-21T10:00:00+00:00';
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Rows with all that their schemas know, so that reading them adds nothing. */
const make: Record<TableName, (key: number, revision: number) => Record<string, unknown>> = {
  notifications: (key, revision) => ({
    id: uuid(key),
    event: 'mentioned',
    category: 'mention',
    priority: 'normal',
    title: `${revision}`,
    body: '',
    action_url: null,
    args: {},
    conversation_id: null,
    seq: null,
    actor_id: null,
    group_key: null,
    in_app: true,
    is_silent: false,
    created_at: AT,
    read_at: revision % 2 === 0 ? AT : null,
    archived_at: null,
    acknowledged_at: null
  }),
  conversation_settings: (key, revision) => ({
    conversation_id: uuid(key),
    notify_level: 'all',
    muted_until: null,
    pinned_at: revision % 2 === 0 ? AT : null,
    archived_seq: null,
    archived_quiet_count: null,
    unread_from: null
  }),
  drafts: (key, revision) => ({
    conversation_id: uuid(key),
    thread_seq: 0,
    id: uuid(revision),
    content: revision % 3 === 0 ? '' : `${revision}`,
    reply_to: null,
    saved_at: AT
  }),
  hidden_messages: (key, revision) => ({ conversation_id: uuid(1), seq: key, is_hidden: revision % 2 === 0 }),
  scheduled_messages: (key, revision) => ({
    id: uuid(key),
    conversation_id: uuid(1),
    content: `${revision}`,
    reply_to: null,
    thread_seq: null,
    attachment_ids: [],
    send_at: AT,
    state: revision % 2 === 0 ? 'scheduled' : 'cancelled',
    refusal: null
  }),
  blocks: (key, revision) => ({ blocked_id: uuid(key), created_at: AT, lifted_at: revision % 2 === 0 ? AT : null }),
  team_members: (key, revision) => ({
    team_id: uuid(key),
    role: 'member',
    joined_at: AT,
    left_at: revision % 2 === 0 ? AT : null
  }),
  notification_preferences: (key, revision) => ({ category: `${key}`, in_app: revision % 2 === 0, push: true, email: false }),
  notification_settings: (_key, revision) => ({
    time_zone: 'UTC',
    quiet_from: null,
    quiet_to: null,
    quiet_days: [1],
    snoozed_until: null,
    digest_after: null,
    language: 'en',
    plays_sound: revision % 2 === 0,
    shows_content: true
  })
};
const isSpent = (row: Record<string, unknown>) =>
  row.is_hidden === false || row.state === 'cancelled' || Boolean(row.lifted_at) || Boolean(row.left_at);

export class PersonalModel {
  #revision = 0;
  #rows = new Map<string, PersonalChange>();

  write(table: number, key: number): PersonalChange {
    const name = tableNames[table % tableNames.length]!;
    this.#revision += 1;
    const change = { table: name, revision: this.#revision, row: make[name](key, this.#revision) };
    this.#rows.set(name === 'notification_settings' ? name : `${name}/${key}`, change);
    return structuredClone(change);
  }

  since(cursor: number): PersonalAnswer {
    const changed = this.#changes().filter(({ revision }) => revision > cursor);
    const rows = changed.slice(0, PAGE);
    const isMore = changed.length > PAGE;
    return structuredClone({ rows, cursor: isMore ? rows.at(-1)!.revision : this.#revision, more: isMore });
  }

  state() {
    const of = (name: string) => this.#changes().filter(({ table, row }) => table === name && !isSpent(row));
    const rows = tableNames.map((name) => [name, of(name).map(({ revision, row }) => ({ ...row, revision }))]);
    return { cursor: this.#revision, rows: Object.fromEntries(rows) as Record<string, unknown> };
  }

  #changes(): PersonalChange[] {
    return [...this.#rows.values()].toSorted((a, b) => a.revision - b.revision);
  }
}
