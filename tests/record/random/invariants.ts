/** What always holds, recomputed from nothing: each query gives the rows that break it. $1 are the conversations. */
import type pg from 'pg';

const INVARIANTS: Record<string, string> = {
  'numbers are dense': `
    select c.id, c.last_seq, count(m.seq), max(m.seq) from public.conversations c left join public.messages m on m.conversation_id = c.id
    where c.id = any ($1) group by c.id having c.last_seq <> count(m.seq) or c.last_seq <> coalesce(max(m.seq), 0)`,
  'no row is ahead of its conversation': `
    select c.id, r.revision from public.conversations c
    join (select conversation_id, revision from public.messages union all select conversation_id, revision from public.members) r
      on r.conversation_id = c.id
    where c.id = any ($1) and r.revision not between 1 and c.revision`,
  'a revision is of one message': `
    select conversation_id, revision from public.messages where conversation_id = any ($1)
    group by conversation_id, revision having count(*) > 1`,
  'a revision has one cause: one kind of event, or what joiners and the others are told of joining': `
    select payload ->> 'conversation_id', payload ->> 'revision', array_agg(distinct event)
    from realtime.messages
    where (payload ->> 'conversation_id')::uuid = any ($1) and event in ('message', 'member', 'conversation')
    group by 1, 2
    having count(distinct event) > 1 and array_agg(distinct event order by event) <> array['conversation', 'member']
      or count(distinct payload #>> '{message,seq}') > 1`,
  'every revision is announced': `
    select c.id, r.n from public.conversations c cross join generate_series(1, c.revision) as r (n)
    where c.id = any ($1) and not exists (
      select from realtime.messages e
      where e.event in ('message', 'member', 'conversation')
        and e.payload ->> 'conversation_id' = c.id::text and (e.payload ->> 'revision')::bigint = r.n
    )`,
  'unread equals a recount': `
    select m.conversation_id, m.user_id,
      (c.last_seq - m.read_seq) - (m.sent_count - m.sent_count_at_read) - (c.quiet_count - m.quiet_count_at_read) as unread,
      count(o.seq) as recount
    from public.members m
    join public.conversations c on c.id = m.conversation_id
    left join public.messages o
      on o.conversation_id = m.conversation_id and o.seq > m.read_seq and o.sender_id is distinct from m.user_id and not o.is_quiet
    where c.id = any ($1) and m.left_at is null
    group by m.conversation_id, m.user_id, c.id
    having (c.last_seq - m.read_seq) - (m.sent_count - m.sent_count_at_read) - (c.quiet_count - m.quiet_count_at_read) <> count(o.seq)`,
  'what was sent is counted': `
    select m.conversation_id, m.user_id, m.sent_count, m.last_sent_seq
    from public.members m
    where m.conversation_id = any ($1) and (m.sent_count, m.last_sent_seq) is distinct from (
      select row(count(*), coalesce(max(o.seq), 0)) from public.messages o
      where o.conversation_id = m.conversation_id and o.sender_id = m.user_id and not o.is_quiet
    )`,
  'what is quiet is counted': `
    select c.id, c.quiet_count from public.conversations c
    where c.id = any ($1) and c.quiet_count <> (select count(*) from public.messages m where m.conversation_id = c.id and m.is_quiet)`,
  'receipts rise, and the newest is the watermark': `
    select m.conversation_id, m.user_id, r.kind, r.seq from public.members m
    join lateral (
      select r.kind, max(r.seq) as seq from public.receipts r
      where r.conversation_id = m.conversation_id and r.user_id = m.user_id group by r.kind
    ) r on true
    where m.conversation_id = any ($1) and r.seq > case r.kind when 'read' then m.read_seq else m.delivered_seq end`,
  'members are counted, and one of them owns a group': `
    select c.id, c.member_count, count(m.user_id), count(m.user_id) filter (where m.role = 'owner')
    from public.conversations c left join public.members m on m.conversation_id = c.id and m.left_at is null
    where c.id = any ($1) group by c.id
    having c.member_count <> count(m.user_id)
      or c.kind = 'group' and count(m.user_id) > 0 and count(m.user_id) filter (where m.role = 'owner') <> 1`,
  'reactions equal the table': `
    with counted as (
      select m.conversation_id, m.seq, m.reactions, coalesce((
        select jsonb_object_agg(e.emoji, jsonb_build_object('count', e.count, 'user_ids', e.user_ids))
        from (
          select r.emoji, count(*), (array_agg(r.user_id order by r.id))[1:5] as user_ids
          from public.reactions r where r.conversation_id = m.conversation_id and r.seq = m.seq group by r.emoji
        ) e
      ), '{}') as recount,
      coalesce((select jsonb_object_agg(s.key, s.value - 'since' - 'last') from jsonb_each(m.reactions) s), '{}') as summary
      from public.messages m where m.conversation_id = any ($1)
    )
    select * from counted where recount <> summary`,
  'one emoji has one spelling on a message': `
    select conversation_id, seq, replace(emoji, U&'\\FE0F', '') from public.reactions where conversation_id = any ($1)
    group by 1, 2, 3 having count(distinct emoji) > 1 or count(*) <> count(distinct user_id)`,
  'votes equal the table': `
    select m.conversation_id, m.seq, m.poll from public.messages m
    where m.conversation_id = any ($1) and m.poll is not null and (
      (m.poll ->> 'voters')::int <> (
        select count(distinct v.user_id) from public.poll_votes v where v.conversation_id = m.conversation_id and v.seq = m.seq
      ) or exists (
        select from jsonb_array_elements(m.poll -> 'options') with ordinality as o (option, place)
        where (o.option ->> 'votes')::int <> (
          select count(*) from public.poll_votes v
          where v.conversation_id = m.conversation_id and v.seq = m.seq and v.option = o.place - 1
        )
      )
    )`,
  'one person has one vote where only one is allowed': `
    select v.conversation_id, v.seq, v.user_id from public.poll_votes v
    join public.messages m using (conversation_id, seq)
    where v.conversation_id = any ($1) and not (m.poll -> 'is_multiple')::boolean
    group by 1, 2, 3 having count(*) > 1`,
  'threads are counted': `
    select r.conversation_id, r.seq, r.thread_count, r.thread_last_at
    from public.messages r
    left join lateral (
      select count(*) as n, (array_agg(a.created_at order by a.seq desc))[1] as last_at from public.messages a
      where a.conversation_id = r.conversation_id and a.thread_seq = r.seq and a.deleted_at is null and not a.is_withheld
    ) t on true
    where r.conversation_id = any ($1) and (r.thread_count, r.thread_last_at) is distinct from (t.n::int, t.last_at)`,
  'answers answer what is there, in its place': `
    select a.conversation_id, a.seq from public.messages a
    left join public.messages r on r.conversation_id = a.conversation_id and r.seq = a.thread_seq
    left join public.messages q on q.conversation_id = a.conversation_id and q.seq = a.reply_to
    where a.conversation_id = any ($1) and (
      a.thread_seq is not null and (r.seq is null or r.thread_seq is not null or r.kind = 'system')
      or a.reply_to is not null and (q.seq is null or q.kind = 'system' or q.thread_seq is distinct from a.thread_seq and q.seq is distinct from a.thread_seq)
    )`,
  'of what is deleted nothing is left': `
    select m.conversation_id, m.seq from public.messages m
    where m.conversation_id = any ($1) and m.deleted_at is not null and (
      m.content <> '' or m.reactions <> '{}' or m.attachments <> '[]' or m.poll is not null or m.mentions <> '{}'
      or m.pinned_at is not null or m.edited_at is not null or m.forwarded is not null
      or exists (select from public.reactions x where x.conversation_id = m.conversation_id and x.seq = m.seq)
      or exists (select from public.poll_votes x where x.conversation_id = m.conversation_id and x.seq = m.seq)
      or exists (select from public.message_edits x where x.conversation_id = m.conversation_id and x.seq = m.seq)
      or exists (select from private.callings x where x.conversation_id = m.conversation_id and x.seq = m.seq)
    )`,
  'what was edited has its history': `
    select m.conversation_id, m.seq from public.messages m
    left join lateral (
      select count(*) as n, max(e.version) as newest, (array_agg(e.content order by e.version desc))[1] as content, max(e.replaced_at) as at
      from public.message_edits e where e.conversation_id = m.conversation_id and e.seq = m.seq
    ) e on true
    where m.conversation_id = any ($1)
      and not m.is_withheld and ((m.edited_at is not null) <> (e.n > 0) or e.n <> coalesce(e.newest, 0) or e.content = m.content or e.at <> m.edited_at)`,
  'a notification is of a message that is there, for who was there': `
    select n.user_id, n.key from public.notifications n
    where n.conversation_id = any ($1) and not (
      exists (select from public.messages m where m.conversation_id = n.conversation_id and m.seq = n.seq)
      and exists (select from public.members m where m.conversation_id = n.conversation_id and m.user_id = n.user_id)
      and n.user_id is distinct from n.actor_id
    )`,
  'personal revisions are dense': `
    select p.user_id, p.revision from private.personal p
    where p.user_id in (select m.user_id from public.members m where m.conversation_id = any ($1))
      and p.revision <> (select count(*) from realtime.messages e where e.topic = 'user:' || p.user_id and e.event = 'personal')`
};

/** The rows that break something, by what they break. */
export async function broken(admin: pg.Pool, conversations: string[]): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(INVARIANTS)) {
    const { rows } = await admin.query(query, [conversations]);
    if (rows.length > 0) found[name] = rows;
  }
  return found;
}
