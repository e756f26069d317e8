/** What an ordinary member does, as statements: the calls whose cost must not grow with what others do. */
import type pg from 'pg';
import { BUSIEST, OBSERVER, WORDS } from './dataset.ts';

export interface Call {
  name: string;
  text: string;
  values: unknown[];
}

/** The observer's cursors from before the night: a tenth of their conversations have moved on since. */
async function cursorsOfLastNight(observer: pg.Client): Promise<string> {
  const { rows } = await observer.query<{ cursors: string }>(`
    select jsonb_object_agg(id, jsonb_build_array(revision - case when n % 10 = 0 then 15 else 0 end, receipts_mark))::text as cursors
    from (select l.id, l.revision, l.receipts_mark, row_number() over (order by l.id) as n from public.conversation_list l) c`);
  return rows[0]!.cursors;
}

export async function memberCalls(observer: pg.Client): Promise<Call[]> {
  const search = (name: string, query: string, conversation: string | null = null): Call => ({
    name: `search: ${name}`,
    text: 'select * from public.search_messages($1, $2)',
    values: [query, conversation]
  });
  return [
    {
      name: 'conversation list',
      text: 'select * from public.conversation_list order by last_activity_at desc limit 50',
      values: []
    },
    { name: 'unread counts', text: 'select sum(unread) from public.conversation_list', values: [] },
    {
      name: 'history page',
      text: 'select * from public.messages where conversation_id = $1 and seq < $2 order by seq desc limit 50',
      values: [BUSIEST, 1000]
    },
    { name: 'sync after a night', text: 'select public.sync($1)', values: [await cursorsOfLastNight(observer)] },
    search('a rare word', WORDS.rare),
    search('a usual word', WORDS.usual),
    search('a frequent word', WORDS.frequent),
    search('two words', `${WORDS.frequent} ${WORDS.usual}`),
    search('in one conversation', WORDS.usual, BUSIEST),
    { name: 'people search: handle', text: `select * from public.search_users('p1')`, values: [] },
    { name: 'people search: name', text: `select * from public.search_users('to bemi')`, values: [] },
    {
      name: 'send',
      text: `select public.send_message($1, gen_random_uuid(), 'bena tolu and what else one says in the morning')`,
      values: [BUSIEST.replace(/.$/, '7')]
    },
    { name: 'presence', text: 'select * from public.presence(user_ids => array[$1::uuid])', values: [OBSERVER] }
  ];
}
