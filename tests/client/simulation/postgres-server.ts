import type pg from 'pg';
import type { Backend, Marks } from '../../../web/lib/chat/backend.ts';
import { Refused } from '../../../web/lib/chat/errors.ts';
import { markRowSchema } from '../../../web/lib/chat/wire/receipts.ts';
import { memberSchema, messageSchema, profileSchema, receiptSchema } from '../../../web/lib/chat/wire/rows.ts';
import { syncAnswerSchema } from '../../../web/lib/chat/wire/sync.ts';
import * as z from 'zod/mini';
import type { Session } from '../../record/world.ts';
import { noPersonal } from '../support/no-personal.ts';
import { type Announced, notPlayed, type SimServer } from './server.ts';

const REACTION = { true: 'add_reaction', false: 'remove_reaction' } as const;

/** The functions of the database, asked as PostgREST asks them; what they announce is read from where Realtime reads it. */
export class PostgresServer implements SimServer {
  readonly people: readonly string[];
  readonly personal = null;
  #sessions: ReadonlyMap<string, Session>;
  #admin: pg.Pool;
  #place: number;
  /** Something was called that may have announced something. */
  #hasCalled = false;

  /** `place`: of the newest announcement that is not of this run. */
  constructor(sessions: ReadonlyMap<string, Session>, admin: pg.Pool, place: number) {
    this.people = [...sessions.keys()];
    this.#sessions = sessions;
    this.#admin = admin;
    this.#place = place;
  }

  async drain(): Promise<Announced[]> {
    if (!this.#hasCalled) return [];
    this.#hasCalled = false;
    const { rows } = await this.#admin.query<Announced & { place: string }>(
      // On each topic in the order of the commits; whose topic comes first is the planner's choice, and would be another in the next run.
      'select place, topic, event, payload from realtime.messages where place > $1 order by topic, place',
      [this.#place]
    );
    this.#place = Math.max(this.#place, ...rows.map(({ place }) => Number(place)));
    return rows.map(({ topic, event, payload }) => ({ topic, event, payload }));
  }

  async mayHear(userId: string, topic: string): Promise<boolean> {
    return this.#ask(userId, 'select private.can_hear($1)', [topic]);
  }

  settle(): void {}

  async withhold(userId: string, isWithheld: boolean): Promise<void> {
    await this.#admin.query('update private.senders set is_withheld = $2 where user_id = $1', [userId, isWithheld]);
  }

  backend(me: string): Backend {
    const ask = <T>(text: string, values: unknown[]) => this.#ask<T>(me, text, values);
    const value = <T>(text: string, values: unknown[]) => {
      this.#hasCalled = true;
      return ask<T>(text, values);
    };
    const listed = (text: string) => `select coalesce(jsonb_agg(r), '[]') from (${text}) r`;
    const all = <T>(text: string, values: unknown[]) => ask<T>(listed(text), values);
    const marked = async (name: string, marks: Marks) =>
      z.array(markRowSchema).parse(await value(listed(`select * from public.${name}($1)`), [JSON.stringify(marks)]));
    const run = async (text: string, values: unknown[]) => void (await value(text, values));
    return {
      // Against Postgres itself tests/client/personal.test.ts plays it.
      ...noPersonal,
      sync: async (cursors) => syncAnswerSchema.parse(await ask('select public.sync($1)', [JSON.stringify(cursors)])),
      history: async (id, before, limit) =>
        z.array(messageSchema).parse(
          await all(
            `select m.*, public.my_reactions(m) as my_reactions from public.messages m
             where m.conversation_id = $1 and m.seq < $2 order by m.seq desc limit $3`,
            [id, before, limit]
          )
        ),
      // What is played here neither pins nor jumps: only the messages that others answer are asked for.
      find: async (id, query) =>
        query.type === 'these'
          ? z.array(messageSchema).parse(
              await all(
                `select m.*, public.my_reactions(m) as my_reactions from public.messages m
                 where m.conversation_id = $1 and m.seq = any ($2)`,
                [id, query.seqs]
              )
            )
          : [],
      permissions: async () => [],
      forward: () => notPlayed('forward'),
      closePoll: () => notPlayed('closePoll'),
      perform: async ({ conversationId, id, content, action }) => {
        const stored = (name: string, ...args: unknown[]) =>
          value(`select to_jsonb(public.${name}($1${args.map((_, n) => `, $${n + 2}`).join('')}))`, [conversationId, ...args]);
        switch (action.type) {
          case 'send':
            return messageSchema.parse(await stored('send_message', id, content, action.replyTo));
          case 'edit':
            return messageSchema.parse(await stored('edit_message', action.seq, content, id));
          case 'delete':
            return messageSchema.parse(await stored('delete_message', action.seq));
          case 'react':
            return messageSchema.parse(await stored(REACTION[`${action.on}`], action.seq, action.emoji, id));
          case 'poll':
          case 'pin':
          case 'vote':
            return notPlayed(action.type);
          default: {
            const never: never = action;
            return never;
          }
        }
      },
      markDelivered: (marks) => marked('mark_delivered', marks),
      markRead: (marks) => marked('mark_read', marks),
      statuses: async () => [],
      startDirect: (other) => value('select id from public.start_direct_conversation($1)', [other]),
      createGroup: (title, others) => value('select id from public.create_group($1, $2)', [title, others]),
      rename: (id, title) => run('select public.rename_conversation($1, $2)', [id, title]),
      addMembers: (id, userIds) => run('select public.add_members($1, $2)', [id, userIds]),
      removeMember: (id, userId) => run('select public.remove_member($1, $2)', [id, userId]),
      leave: (id) => run('select public.leave_conversation($1)', [id]),
      setRole: (id, userId, role) => run('select public.set_member_role($1, $2, $3)', [id, userId, role]),
      members: async (id) =>
        z.array(z.extend(memberSchema, receiptSchema.shape)).parse(
          await all(
            `select m.*, p.handle, p.display_name, p.avatar_url from public.members m join public.profiles p on p.id = m.user_id
             where m.conversation_id = $1 and m.left_at is null`,
            [id]
          )
        ),
      profiles: async (ids) =>
        z.array(profileSchema).parse(await all('select * from public.profiles where id = any ($1)', [ids])),
      updateProfile: () => Promise.reject(new Error('Nobody does that here.')),
      searchUsers: async () => [],
      heartbeat: async () => {},
      presence: async () => []
    };
  }

  async #ask<T>(userId: string, text: string, values: unknown[]): Promise<T> {
    try {
      return await this.#sessions.get(userId)!.value<T>(text, values);
    } catch (error) {
      if ((error as { code?: string }).code !== 'PGRST') throw error;
      const { code, message } = JSON.parse((error as Error).message) as { code: string; message: string };
      throw new Refused(code, message, 400, { cause: error });
    }
  }
}
