/**
 * A made-up platform of any size: 10,000 people, 50,000 conversations and 1,000,000 messages, or the same shape smaller or
 * larger. Most conversations are of two and short, few are large and long. Made by SQL in a minute or two per million.
 *
 * One person is the same at every size, so that what they do can be compared: OBSERVER, in 46 conversations with 3,800 messages.
 */
import pg from 'pg';

/** Who measures. Their largest conversation, of 2,000 messages, is BUSIEST. */
export const OBSERVER = '00000000-0000-4000-8000-000000000001';
export const BUSIEST = '00000000-0000-4000-8000-0000000000c1';
/** A word that stands in many messages, one in some, one in few. */
export const WORDS = { frequent: 'bena', usual: 'tolu', rare: 'mikiso' };

export interface DatasetOptions {
  /** As the owner of the tables. */
  databaseUrl: string;
  messages: number;
  people?: number;
  conversations?: number;
  onStep?: (step: string, milliseconds: number) => void;
}

/**
 * Fills an empty database. Triggers of the tables rest meanwhile: numbers, counts and watermarks are placed as they would have
 * come out. References are checked. Ends with `vacuum analyze`.
 */
export async function loadDataset(options: DatasetOptions): Promise<void> {
  const { databaseUrl, messages, people = Math.max(60, messages / 100), conversations = Math.max(60, messages / 20) } = options;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let started = performance.now();
  const step = (name: string) => {
    const now = performance.now();
    options.onStep?.(name, now - started);
    started = now;
  };
  try {
    await client.query(`begin; set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'; select setseed(0.42)`);
    await client.query(peopleSql(people));
    step('people');
    const tables = ['conversations', 'members', 'messages', 'receipts'].map((table) => `public.${table}`);
    for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
    await client.query(conversationsSql(conversations, people, messages));
    step('conversations and members');
    const indexes = await dropIndexes(client, 'public.messages');
    await client.query(MESSAGES);
    step('messages');
    for (const definition of indexes) await client.query(definition);
    step('indexes of messages');
    await client.query(COUNTS);
    for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
    await client.query('commit');
    step('counts and receipts');
    await client.query('vacuum analyze');
    step('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Filling an index at the end is many times faster. Those of constraints stay. Returns how to make them again. */
async function dropIndexes(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i
     where i.indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [table]
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

/** Person n has the id …n; names are of 60 first and 97 last ones, so that each part of a name is many people's. */
const peopleSql = (people: number) => `
  create function pg_temp.person(n bigint) returns uuid language sql immutable
  return ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
  create temp table syllables on commit drop as
  select (array['be', 'to', 'mi', 'ka', 'so', 'lu', 'na', 'ri', 'de', 'pa', 'vo', 'gi', 'fe', 'hu', 'ja'])[n] as s, n
  from generate_series(1, 15) n;
  insert into auth.users (id, email, aud, role, raw_user_meta_data)
  select pg_temp.person(p.n), 'p' || p.n || '@load.example', 'authenticated', 'authenticated',
    jsonb_build_object('handle', 'p' || p.n, 'display_name', initcap(a.s || b.s) || ' ' || initcap(c.s || d.s || e.s))
  from generate_series(1, ${people}) as p (n)
  join syllables a on a.n = 1 + p.n % 4
  join syllables b on b.n = 1 + p.n % 15
  join syllables c on c.n = 1 + p.n % 7
  join syllables d on d.n = 1 + (p.n / 7) % 13
  join syllables e on e.n = 1 + (p.n / 91) % 15;
  create temp table words on commit drop as
  select row_number() over (order by length(w), md5(w))::int as n, w
  from (
    select a.s || b.s as w from syllables a, syllables b
    union select a.s || b.s || c.s from syllables a, syllables b, syllables c
  ) x;
  update words set w = x.w from (values (10, '${WORDS.frequent}'), (200, '${WORDS.usual}'), (3000, '${WORDS.rare}')) x (n, w) where words.n = x.n;
`;

const conversationsSql = (conversations: number, people: number, messages: number) => `
  create temp table rooms on commit drop as
  select n, pg_temp.person(n + x'c0'::int) as id, r.kind, r.size, r.said, now() - interval '400 days' * (0.2 + 0.8 * random()) as since
  from (
    -- The observer's: one of 2,000 messages, 5 groups of 200, 40 conversations of two with 20.
    select n, case when n <= 6 then 'group' else 'direct' end as kind, case when n <= 6 then 20 else 2 end as size,
      case when n = 1 then 2000 when n <= 6 then 200 else 20 end as said, 0.0 as weight
    from generate_series(1, 46) n
    union all
    -- One in ten is a group, of 3 to 30, a few of hundreds or thousands.
    select n, case when n % 10 = 0 then 'group' else 'direct' end,
      case when n % 10 > 0 then 2 when n % 5000 = 0 then least(${people} / 4, 2000) else 3 + floor(27 * random() ^ 2)::int end,
      null, exp(1.5 * random_normal()) * case when n % 10 = 0 then 6 else 1 end
    from generate_series(47, ${conversations}) n
  ) r;
  update rooms set said = round(x.said)
  from (
    select n, ${messages - 3800} * weight / sum(weight) over () as said
    from (select n, exp(1.5 * random_normal()) * case when kind = 'group' then 6 else 1 end as weight from rooms where n > 46) w
  ) x
  where rooms.n = x.n;
  update rooms set said = said + ${messages} - (select sum(said) from rooms) where n = 50;

  -- Who is in them. Pairs differ, because each is a first person and a distance.
  create temp table seats on commit drop as
  select distinct on (id, person) id, kind, person, place
  from (
    select id, kind, 1 as person, 1 as place from rooms where n <= 46
    union all
    select id, kind, 1 + n, 2 from rooms where n between 7 and 46
    union all
    select id, kind, 2 + (n * 7 + p * 2) % (${people} - 1), p from rooms cross join lateral generate_series(2, size) p where n <= 6
    union all
    select id, kind, 2 + n % (${people} - 1), 1 from rooms where n > 46
    union all
    select id, kind, 2 + (n + 1 + n / (${people} - 1)) % (${people} - 1), 2 from rooms where n > 46 and kind = 'direct'
    union all
    select id, kind, 2 + floor((${people} - 1) * random())::int, p
    from rooms cross join lateral generate_series(2, size) p where n > 46 and kind = 'group'
  ) s
  order by id, person, place;
  create index on seats (id);
  analyze seats;

  insert into public.conversations (id, kind, title, direct_key, created_by, created_at, last_seq, revision, is_large, member_count, last_message_at)
  select r.id, r.kind::public.conversation_kind, case when r.kind = 'group' then 'Group ' || r.n end,
    case when r.kind = 'direct' then s.first || ':' || s.last end, s.first, r.since, r.said, r.said + 1, s.members > 20, s.members,
    case when r.said > 0 then now() - interval '1 hour' * random() * 24 end
  from rooms r
  join (
    select id, pg_temp.person(min(person)) as first, pg_temp.person(max(person)) as last, count(*)::int as members from seats group by id
  ) s on s.id = r.id;
  insert into public.members (conversation_id, user_id, role, joined_at, revision)
  select s.id, pg_temp.person(s.person), case when s.kind = 'group' and s.place = 1 then 'owner' else 'member' end::public.member_role, r.since, 1
  from seats s join rooms r on r.id = s.id;
`;

/**
 * Two phrases a message, of words by Zipf's law; in the order of time, so that a conversation's messages lie scattered, as in
 * life.
 */
const MESSAGES = `
  create temp table phrases on commit drop as
  select x.n, string_agg(w.w, ' ') as text
  from (
    select p.n, 1 + floor((select count(*) from words) * random() ^ 4)::int as word
    from generate_series(0, 99999) as p (n) cross join lateral generate_series(1, 1 + (p.n * 7) % 10) g
  ) x
  join words w on w.n = x.word
  group by x.n;
  create temp table seated on commit drop as select id, array_agg(person order by place) as people from seats group by id;
  insert into public.messages (conversation_id, seq, id, sender_id, content, created_at, revision)
  select m.id, m.seq, gen_random_uuid(), m.sender_id, a.text || ' ' || b.text, m.at, m.seq + 1
  from (
    select r.id, q.seq, c.created_at + (c.last_message_at - c.created_at) * (q.seq::float8 / r.said) as at,
      pg_temp.person(s.people[1 + floor(cardinality(s.people) * random() ^ 2)::int]) as sender_id,
      floor(100000 * random())::int as first, floor(100000 * random())::int as second
    from rooms r
    join public.conversations c on c.id = r.id
    join seated s on s.id = r.id
    cross join lateral generate_series(1, r.said::int) as q (seq)
  ) m
  join phrases a on a.n = m.first
  join phrases b on b.n = m.second
  order by m.at;
`;

/** What sending and reading would have left behind. Most have read everything. */
const COUNTS = `
  update public.members m
  set read_seq = x.read_seq, delivered_seq = x.read_seq, read_at = now(), delivered_at = now()
  from (
    select m.conversation_id, m.user_id, greatest(0, c.last_seq - case when random() < 0.7 then 0 else floor(30 * random())::int end) as read_seq
    from public.members m join public.conversations c on c.id = m.conversation_id
  ) x
  where m.conversation_id = x.conversation_id and m.user_id = x.user_id;
  update public.members m
  set sent_count = x.sent, last_sent_seq = x.last, sent_count_at_read = x.sent_at_read
  from (
    select m.conversation_id, m.user_id, count(*) as sent, max(o.seq) as last, count(*) filter (where o.seq <= m.read_seq) as sent_at_read
    from public.members m
    join public.messages o on o.conversation_id = m.conversation_id and o.sender_id = m.user_id
    group by m.conversation_id, m.user_id
  ) x
  where m.conversation_id = x.conversation_id and m.user_id = x.user_id;
  insert into public.receipts (conversation_id, user_id, kind, seq, at)
  select m.conversation_id, m.user_id, k.kind, m.read_seq, now()
  from public.members m cross join unnest(enum_range(null::public.receipt_kind)) as k (kind)
  where m.read_seq > 0;
`;
