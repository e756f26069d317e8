-- What an admin sets about a conversation: who posts, how often, what it is for, who finds it, and whether it goes on.

create function private.changed_settings(
  conversation public.conversations, description text, post_role public.member_role, slow_mode_seconds int,
  is_public boolean, is_default boolean, is_closed boolean
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
/* Only what is given, and other than it is now. */
declare
  v_wanted jsonb := jsonb_strip_nulls(jsonb_build_object(
    'post_role', post_role, 'slow_mode_seconds', slow_mode_seconds, 'is_public', is_public, 'is_default', is_default, 'is_closed', is_closed
  )) || case when description is null then '{}' else jsonb_build_object('description', private.valid_description(description)) end;
  v_present jsonb := to_jsonb(conversation) || jsonb_build_object('is_closed', conversation.closed_at is not null);
begin
  return (select coalesce(jsonb_object_agg(w.key, w.value), '{}') from jsonb_each(v_wanted) w where v_present -> w.key <> w.value);
end;
$$;


create function private.configure_conversation(
  conversation_id uuid, description text, post_role public.member_role, slow_mode_seconds int,
  is_public boolean, is_default boolean, is_closed boolean
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_for(configure_conversation.conversation_id, 'configure');
  v_changes jsonb;
begin
  if (select k.is_pair from public.conversation_kinds k where k.kind = v_conversation.kind) then
    perform private.refuse('pair_is_fixed');
  end if;
  if configure_conversation.slow_mode_seconds not between 0 and 21600 then
    perform private.refuse('setting_invalid', 'slow_mode_seconds is 0 to 21,600.');
  end if;
  v_changes := private.changed_settings(
    v_conversation, configure_conversation.description, configure_conversation.post_role,
    configure_conversation.slow_mode_seconds, configure_conversation.is_public, configure_conversation.is_default,
    configure_conversation.is_closed
  );
  if v_changes = '{}' then
    return;
  end if;
  if v_changes ? 'description' and v_conversation.is_encrypted then
    perform private.refuse('plaintext_refused', 'set_about() takes a sealed description.');
  end if;
  if v_conversation.kind <> 'channel' and v_changes ?| array['is_public', 'is_default'] then
    perform private.refuse('channel_invalid', 'Only channels are found and joined.');
  end if;
  if v_changes ? 'is_default' then
    perform private.demand_in_team(v_conversation.team_id, 'configure');
  end if;
  if coalesce(configure_conversation.is_default, v_conversation.is_default)
    and not coalesce(configure_conversation.is_public, v_conversation.is_public) then
    perform private.refuse('channel_invalid', 'A default channel is public.');
  end if;
  update public.conversations c
  set
    revision = c.revision + 1,
    description = case when v_changes ? 'description' then v_changes ->> 'description' else c.description end,
    post_role = coalesce(configure_conversation.post_role, c.post_role),
    slow_mode_seconds = coalesce(configure_conversation.slow_mode_seconds, c.slow_mode_seconds),
    is_public = coalesce(configure_conversation.is_public, c.is_public),
    is_default = coalesce(configure_conversation.is_default, c.is_default),
    closed_at = case when v_changes ? 'is_closed' then case when configure_conversation.is_closed then now() end else c.closed_at end
  where c.id = v_conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
  perform private.post_system(v_conversation.id, 'configured', jsonb_build_object('changes', v_changes));
  perform private.audit('conversation_configured', conversation_id => v_conversation.id, details => v_changes);
  if v_changes -> 'is_public' = 'true' then
    perform private.raise_team_admins(v_conversation);
  end if;
end;
$$;
grant execute on function private.configure_conversation to authenticated;


create function private.raise_team_admins(conversation public.conversations)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* A channel that becomes public gets the team's admins who are in it as its own. One that becomes private keeps them. */
declare
  v_ids uuid[] := array(
    select m.user_id
    from public.members m
    join public.team_members t on t.team_id = conversation.team_id and t.user_id = m.user_id and t.left_at is null
    where m.conversation_id = conversation.id and m.left_at is null and m.role > 'admin'
      and private.channel_role(t.role, true) = 'admin'
  );
  v_conversation public.conversations;
begin
  if cardinality(v_ids) > 0 then
    v_conversation := private.bump_revision(conversation.id);
    update public.members m
    set role = 'admin', revision = v_conversation.revision
    where m.conversation_id = conversation.id and m.user_id = any (v_ids);
    perform private.announce(v_conversation, 'member', private.members_event(v_conversation, v_ids));
  end if;
end;
$$;


create function public.configure_conversation(
  conversation_id uuid, description text default null, post_role public.member_role default null,
  slow_mode_seconds int default null, is_public boolean default null, is_default boolean default null,
  is_closed boolean default null
)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.configure_conversation(
    configure_conversation.conversation_id, configure_conversation.description, configure_conversation.post_role,
    configure_conversation.slow_mode_seconds, configure_conversation.is_public, configure_conversation.is_default,
    configure_conversation.is_closed
  );
  return query select l.* from public.conversation_list l where l.id = configure_conversation.conversation_id;
end;
$$;
comment on function public.configure_conversation is 'Changes settings of a group or channel, for its owner and admins; what is null stays. description: up to 1,000 characters, empty to take it away. post_role: the least role that may post, admin for announcements. slow_mode_seconds: how long a member waits between two messages, at most 21,600. is_public: members of the team find and join the channel. is_default: who joins the team from now on is in it (for owner and admins of the team). is_closed: it can be read, but nobody posts.';
grant execute on function public.configure_conversation to authenticated;
