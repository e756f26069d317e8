-- What the API consists of and who may use which part of it. A table, policy, grant or function that nobody meant fails here.

begin;
select plan(26);


-- What there is

select tables_are('public', array['profiles', 'conversations', 'members', 'messages', 'receipts']);
select views_are('public', array['conversation_list', 'message_statuses']);
select tables_are('private', array['settings', 'errors', 'senders', 'heartbeats']);

select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') and not c.relrowsecurity $$,
  'row-level security is on for every table'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and not coalesce(c.reloptions, '{}') @> array['security_invoker=true'] $$,
  'every view shows what its reader may see, not what its owner may see'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'm' $$,
  'there are no materialized views, which row-level security does not reach'
);


-- Policies

select policies_are('public', 'profiles', array['profiles_select', 'profiles_update']);
select policies_are('public', 'conversations', array['conversations_select']);
select policies_are('public', 'members', array['members_select']);
select policies_are('public', 'messages', array['messages_select', 'messages_insert']);
select policies_are('public', 'receipts', array['receipts_select']);
select policies_are('realtime', 'messages', array['parley_topics_select', 'parley_topics_insert']);
select is_empty($$ select policyname from pg_policies where schemaname = 'private' $$, 'nobody is let into a private table');

select set_eq(
  $$
    select policyname || ' for ' || lower(cmd) || ' to ' || array_to_string(roles, ', ') || case permissive when 'PERMISSIVE' then '' else ', restrictive' end
    from pg_policies
    where schemaname = 'public' or (schemaname = 'realtime' and policyname like 'parley%')
  $$,
  $$ values
    ('conversations_select for select to authenticated'),
    ('members_select for select to authenticated'),
    ('messages_insert for insert to authenticated'),
    ('messages_select for select to authenticated'),
    ('parley_topics_insert for insert to authenticated'),
    ('parley_topics_select for select to authenticated'),
    ('profiles_select for select to authenticated'),
    ('profiles_update for update to authenticated'),
    ('receipts_select for select to authenticated')
  $$,
  'each policy is for one command, and for who is signed in'
);


-- Grants

select set_eq(
  $$
    select coalesce(nullif(g.grantee, 0)::regrole::text, 'public') || ': ' || lower(g.privilege_type) || ' on ' || c.oid::regclass
    from pg_class c cross join lateral aclexplode(c.relacl) as g
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind <> 'i' and g.grantee <> c.relowner
  $$,
  $$ values
    ('authenticated: select on conversation_list'),
    ('authenticated: select on conversations'),
    ('authenticated: select on members'),
    ('authenticated: select on message_statuses'),
    ('authenticated: select on messages'),
    ('authenticated: select on profiles'),
    ('authenticated: select on receipts'),
    ('service_role: select on conversations'),
    ('service_role: select on members'),
    ('service_role: select on message_statuses'),
    ('service_role: select on messages'),
    ('service_role: select on profiles'),
    ('service_role: select on receipts')
  $$,
  'rights on whole tables, views and sequences'
);
select set_eq(
  $$
    select coalesce(nullif(g.grantee, 0)::regrole::text, 'public') || ': ' || lower(g.privilege_type) || ' ' || a.attrelid::regclass || '.' || a.attname
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    cross join lateral aclexplode(a.attacl) as g
  $$,
  $$ values
    ('authenticated: insert messages.conversation_id'),
    ('authenticated: insert messages.id'),
    ('authenticated: insert messages.content'),
    ('authenticated: update profiles.handle'),
    ('authenticated: update profiles.display_name'),
    ('authenticated: update profiles.avatar_url'),
    ('service_role: insert messages.conversation_id'),
    ('service_role: insert messages.id'),
    ('service_role: insert messages.sender_id'),
    ('service_role: insert messages.content'),
    ('service_role: update profiles.handle'),
    ('service_role: update profiles.display_name'),
    ('service_role: update profiles.avatar_url')
  $$,
  'rights on single columns: what a client may write'
);
select set_eq(
  $$
    select r.role || ' executes ' || p.oid::regprocedure
    from pg_proc p cross join (values ('anon'), ('authenticated'), ('service_role')) as r (role)
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and has_function_privilege(r.role, p.oid, 'execute')
  $$,
  $$ values
    -- The API
    ('authenticated executes send_message(uuid,uuid,text)'),
    ('authenticated executes start_direct_conversation(uuid)'),
    ('authenticated executes create_group(text,uuid[])'),
    ('authenticated executes rename_conversation(uuid,text)'),
    ('authenticated executes add_members(uuid,uuid[])'),
    ('authenticated executes remove_member(uuid,uuid)'),
    ('authenticated executes leave_conversation(uuid)'),
    ('authenticated executes set_member_role(uuid,uuid,member_role)'),
    ('authenticated executes mark_delivered(jsonb)'),
    ('authenticated executes mark_read(jsonb)'),
    ('authenticated executes sync(jsonb)'),
    ('authenticated executes search_users(text,integer)'),
    ('authenticated executes heartbeat(uuid,text,uuid)'),
    ('authenticated executes presence(uuid,uuid[])'),
    -- What stands behind it, each checking its caller itself
    ('authenticated executes private.me()'),
    ('authenticated executes private.send_message(uuid,uuid,text)'),
    ('authenticated executes private.start_direct_conversation(uuid)'),
    ('authenticated executes private.create_group(text,uuid[])'),
    ('authenticated executes private.rename_conversation(uuid,text)'),
    ('authenticated executes private.add_members(uuid,uuid[])'),
    ('authenticated executes private.remove_member(uuid,uuid)'),
    ('authenticated executes private.set_member_role(uuid,uuid,member_role)'),
    ('authenticated executes private.raise_marks(jsonb,receipt_kind)'),
    ('authenticated executes private.sync(jsonb)'),
    ('authenticated executes private.search_users(text,integer)'),
    ('authenticated executes private.heartbeat(uuid,text,uuid)'),
    ('authenticated executes private.presence(uuid,uuid[])'),
    -- What policies and views ask
    ('authenticated executes private.my_conversation_ids()'),
    ('authenticated executes private.receipts_mark(conversations,members)'),
    ('authenticated executes private.can_hear(text)'),
    ('authenticated executes private.can_speak(text,text)')
  $$,
  'functions: nothing for who is not signed in, nothing but the API and what it needs for who is'
);
select set_eq(
  $$
    select coalesce(nullif(g.grantee, 0)::regrole::text, 'public') || ': ' || lower(g.privilege_type) || ' on ' || n.nspname
    from pg_namespace n cross join lateral aclexplode(n.nspacl) as g
    where n.nspname in ('public', 'private') and g.grantee <> n.nspowner
      and coalesce(nullif(g.grantee, 0)::regrole::text, 'public') in ('public', 'anon', 'authenticated', 'service_role')
  $$,
  $$ values
    ('public: usage on public'),
    ('anon: usage on public'),
    ('authenticated: usage on public'),
    ('service_role: usage on public'),
    ('authenticated: usage on private'),
    ('service_role: usage on private')
  $$,
  'who may look into which schema'
);


-- Functions

select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef $$,
  'no function of the API acts with its owner''s rights'
);
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and not coalesce(p.proconfig, '{}') @> array['search_path=""'] $$,
  'every function has an empty search_path'
);
select is_empty(
  $$
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and obj_description(p.oid, 'pg_proc') is null
  $$,
  'every function of the API is explained in the API'
);


-- What is not there yet

create table public.newcomer (id int);
create function public.newcomer() returns int language sql return 1;
create sequence public.newcomer_seq;
select table_privs_are('public', 'newcomer', 'anon', array[]::text[], 'a new table is closed to anon until a grant says otherwise');
select table_privs_are('public', 'newcomer', 'authenticated', array[]::text[], 'a new table is closed to who is signed in');
select function_privs_are('public', 'newcomer', array[]::text[], 'anon', array[]::text[], 'a new function is closed to anon');
select function_privs_are('public', 'newcomer', array[]::text[], 'authenticated', array[]::text[], 'a new function is closed to who is signed in');
select sequence_privs_are('public', 'newcomer_seq', 'authenticated', array[]::text[], 'a new sequence is closed to who is signed in');

select finish();
rollback;
