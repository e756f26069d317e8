import type pg from 'pg';

/**
 * Fills a conversation up to a number of messages at once, its members taking turns, every third message a longer one. Triggers of the
 * tables rest meanwhile; numbers are placed as they would have come out, and everybody has read everything.
 */
export async function writeLongHistory(database: pg.Client, conversationId: string, messages: number): Promise<void> {
  // Without parameters, so that it is one round trip: the id is a UUID that the database gave, and the count a number.
  await database.query(`
    begin;
    alter table public.messages disable trigger user;
    alter table public.conversations disable trigger user;
    alter table public.members disable trigger user;
    insert into public.messages (conversation_id, seq, id, sender_id, content, created_at, revision)
    select c.id, n, gen_random_uuid(), m.people[1 + (n / 3) % cardinality(m.people)],
      'line ' || n || case when n % 3 = 0 then repeat(' and it goes on for a while', (1 + n % 7)::int) else '' end,
      now() - interval '1 minute' * (${Number(messages)} - n), c.revision + n - c.last_seq
    from public.conversations c
    cross join lateral (select array_agg(user_id) as people from public.members where conversation_id = c.id) m
    cross join lateral generate_series(c.last_seq + 1, ${Number(messages)}) n
    where c.id = '${conversationId}';
    update public.conversations
    set revision = revision + ${Number(messages)} - last_seq, last_seq = ${Number(messages)}, last_message_at = now()
    where id = '${conversationId}';
    update public.members
    set read_seq = ${Number(messages)}, delivered_seq = ${Number(messages)}, read_at = now(), delivered_at = now()
    where conversation_id = '${conversationId}';
    alter table public.messages enable trigger user;
    alter table public.conversations enable trigger user;
    alter table public.members enable trigger user;
    commit`);
}
