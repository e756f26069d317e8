-- What there is to be told of, in how many words: categories (what preferences are about), events with their typed variables,
-- and a template a language. Adding an event is a row here and its templates; nothing else knows them by name.

create table public.notification_categories (
  category text primary key,
  in_app boolean not null,
  push boolean not null,
  email boolean not null,
  follows_conversation boolean not null,
  constraint notification_categories_form check (category ~ '^[a-z][a-z_]*$')
);
comment on table public.notification_categories is 'What notifications are sorted by, with the channels that each uses unless a person says otherwise.';
comment on column public.notification_categories.category is 'Its name.';
comment on column public.notification_categories.in_app is 'Whether it is in the list in the app.';
comment on column public.notification_categories.push is 'Whether it is pushed to devices.';
comment on column public.notification_categories.email is 'Whether it comes by mail, if it stays unread.';
comment on column public.notification_categories.follows_conversation is 'Whether the level and the mute of its conversation hold for push and mail, and only members get it.';

insert into public.notification_categories (category, in_app, push, email, follows_conversation) values
  -- Not in the list: that it is unread is its notification.
  ('message', false, true, false, true),
  ('mention', true, true, true, true),
  ('reply', true, true, true, true),
  ('reaction', true, false, false, true),
  ('invitation', true, true, true, false),
  ('membership', true, true, false, true),
  ('offer', true, true, true, true),
  ('deal', true, true, true, true),
  ('report', true, true, false, false),
  ('security', true, true, true, false),
  ('integration', true, false, true, false),
  ('announcement', true, true, false, false);

alter table public.notification_categories enable row level security;
revoke all on public.notification_categories from anon, authenticated, service_role;
grant select on public.notification_categories to authenticated, service_role;

create policy notification_categories_select on public.notification_categories
for select to authenticated
using ((select auth.uid()) is not null);


create table public.notification_events (
  event text primary key,
  category text not null references public.notification_categories (category),
  priority text not null default 'normal',
  variables jsonb not null default '{}',
  constraint notification_events_form check (event ~ '^[a-z][a-z_]*$'),
  constraint notification_events_priority_form check (priority in ('low', 'normal', 'high', 'urgent')),
  constraint notification_events_variables_form check (
    jsonb_typeof(variables) = 'object'
    and not jsonb_path_exists(variables, '$.keyvalue() ? (!(@.key like_regex "^[a-z][a-z_]*$") || !(@.value like_regex "^(text|number|money|time|url|uuid)[?]?$"))')
  )
);
comment on table public.notification_events is 'Everything that somebody can be told of.';
comment on column public.notification_events.event is 'Its name.';
comment on column public.notification_events.category is 'What it is sorted under.';
comment on column public.notification_events.priority is 'low: in the list only. normal, high: how soon a push is wanted. urgent: at any hour, again and again until it is acknowledged.';
comment on column public.notification_events.variables is 'What its args must have: {"<name>": "text" | "number" | "money" | "time" | "url" | "uuid"}, with "?" what may be missing. money is an amount in the smallest unit of args.currency.';
create index notification_events_by_category on public.notification_events (category);

alter table public.notification_events enable row level security;
revoke all on public.notification_events from anon, authenticated, service_role;
grant select, insert, update, delete on public.notification_events to service_role;
grant select on public.notification_events to authenticated;

create policy notification_events_select on public.notification_events
for select to authenticated
using ((select auth.uid()) is not null);

alter table public.notifications
add constraint notifications_event_fkey foreign key (event) references public.notification_events (event),
add constraint notifications_category_fkey foreign key (category) references public.notification_categories (category);
-- taking an event or a category away
create index notifications_by_event on public.notifications (event);
create index notifications_by_category on public.notifications (category);


create table public.notification_templates (
  event text not null references public.notification_events (event) on delete cascade,
  language text not null,
  title text not null,
  direct_title text,
  body text not null default '',
  action_url text,
  primary key (event, language),
  constraint notification_templates_language_form check (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  constraint notification_templates_title_form check (title ~ '\S' and char_length(title) <= 200),
  constraint notification_templates_direct_title_form check (direct_title ~ '\S' and char_length(direct_title) <= 200),
  constraint notification_templates_body_form check (char_length(body) <= 1000),
  constraint notification_templates_action_form check (action_url ~ '^(/([^/]|$)|\{[a-z_]+\}$)' and char_length(action_url) <= 500)
);
comment on table public.notification_templates is 'How an event is put into words, per language. {name} stands for a variable of the event, for {actor}, {conversation}, {conversation_id} or {seq}. Who reads none of its languages reads English.';
comment on column public.notification_templates.event is 'What it words.';
comment on column public.notification_templates.direct_title is 'The title in a direct conversation, which has no name but that of the other person; null for the same.';
comment on column public.notification_templates.language is 'ISO 639, such as "en" or "pt-BR".';
comment on column public.notification_templates.title is 'What happened, up to 200 characters.';
comment on column public.notification_templates.body is 'What else there is to say, up to 1,000 characters.';
comment on column public.notification_templates.action_url is 'Where it leads: a path of the app, or a variable that holds it; null for nowhere.';

alter table public.notification_templates enable row level security;
revoke all on public.notification_templates from anon, authenticated, service_role;
grant select, insert, update, delete on public.notification_templates to service_role;
grant select on public.notification_templates to authenticated;

create policy notification_templates_select on public.notification_templates
for select to authenticated
using ((select auth.uid()) is not null);


create function private.placeholders(template text)
returns setof text
language sql
immutable
set search_path = ''
as $$
  select p.name[1] from regexp_matches(template, '\{([^{}]*)\}', 'g') as p (name)
$$;


create function private.tg_notification_templates__check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
/* A name that the event does not have would stand there in braces, for somebody to read. */
declare
  v_variables jsonb := (select e.variables from public.notification_events e where e.event = new.event);
  v_unknown text;
begin
  select p.name into v_unknown
  from private.placeholders(concat_ws(' ', new.title, new.direct_title, new.body, new.action_url)) as p (name)
  where not v_variables ? p.name and p.name not in ('actor', 'conversation', 'conversation_id', 'seq')
  limit 1;
  if found then
    perform private.refuse('template_invalid', format('The event %s has no variable %s.', new.event, v_unknown));
  end if;
  return new;
end;
$$;
comment on function private.tg_notification_templates__check is 'Refuses a template that names what its event does not have.';

create trigger _100_check
before insert or update on public.notification_templates
for each row execute function private.tg_notification_templates__check();


create function private.tg_notification_events__check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_missing text;
begin
  select p.name into v_missing
  from public.notification_templates t, private.placeholders(concat_ws(' ', t.title, t.body, t.action_url)) as p (name)
  where t.event = new.event and not new.variables ? p.name and p.name not in ('actor', 'conversation', 'conversation_id', 'seq')
  limit 1;
  if found then
    perform private.refuse('template_invalid', format('A template of %s uses %s.', new.event, v_missing));
  end if;
  return new;
end;
$$;
comment on function private.tg_notification_events__check is 'Refuses to take a variable away that a template uses.';

create trigger _100_check
before update of variables on public.notification_events
for each row execute function private.tg_notification_events__check();


create function private.fits_type(value jsonb, type text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  if value is null or jsonb_typeof(value) = 'null' then
    return type like '%?';
  end if;
  return case rtrim(type, '?')
    when 'text' then jsonb_typeof(value) = 'string'
    when 'number' then jsonb_typeof(value) = 'number'
    when 'money' then jsonb_typeof(value) = 'number' and pg_input_is_valid(value::text, 'bigint')
    when 'time' then jsonb_typeof(value) = 'string' and pg_input_is_valid(value #>> '{}', 'timestamptz')
    when 'url' then jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^(https?://|/)'
    when 'uuid' then jsonb_typeof(value) = 'string' and pg_input_is_valid(value #>> '{}', 'uuid')
  end;
end;
$$;
comment on function private.fits_type is 'Whether a value may stand for a variable of this type.';


create function private.check_args(event public.notification_events, args jsonb)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_wrong text;
begin
  select coalesce(v.key, a.key) into v_wrong
  from jsonb_each_text(event.variables) v
  full join jsonb_each(args) a on a.key = v.key
  where v.key is null or not private.fits_type(a.value, v.value)
  order by 1
  limit 1;
  if found then
    perform private.refuse('args_invalid', format('%s of %s: %s, not %s.', v_wrong, event.event, coalesce(event.variables ->> v_wrong, 'unknown'), coalesce(args -> v_wrong, 'null')));
  end if;
end;
$$;
comment on function private.check_args is 'Refuses args that are not those of the event.';
