-- Title and description of an encrypted group: one envelope, sealed anew in each epoch so that all members of now can read it.

create function private.checked_about(conversation public.conversations, about jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  if conversation.kind <> 'group' then
    perform private.refuse('pair_is_fixed');
  end if;
  perform private.check_envelope(conversation, private.me(), about, 'about');
  return about || jsonb_build_object('senderId', private.me());
end;
$$;
comment on function private.checked_about is 'An envelope as conversations.about keeps it, or a refusal.';


create function private.place_about(conversation public.conversations, about jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations;
begin
  update public.conversations c
  set about = private.checked_about(place_about.conversation, place_about.about), revision = c.revision + 1
  where c.id = place_about.conversation.id
  returning c.* into v_conversation;
  perform private.announce(v_conversation, 'conversation', private.conversation_event(v_conversation));
end;
$$;


create function private.set_about(conversation_id uuid, about jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_conversation public.conversations := private.lock_for(set_about.conversation_id, 'rename');
begin
  perform private.place_about(v_conversation, coalesce(set_about.about, 'null'));
  perform private.post_system(v_conversation.id, 'about_changed', '{}');
  perform private.audit('renamed', conversation_id => v_conversation.id);
end;
$$;
grant execute on function private.set_about to authenticated;

create function private.reseal_about(conversation_id uuid, about jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
/* The same words for the members of now. That they are the same, nobody but the members can see; whoever seals, signs. */
declare
  v_me uuid := private.me();
  v_conversation public.conversations;
begin
  perform private.actor_role(reseal_about.conversation_id, v_me);
  v_conversation := private.lock_conversation(reseal_about.conversation_id);
  perform private.actor_role(reseal_about.conversation_id, v_me);
  if not v_conversation.is_encrypted then
    perform private.refuse('not_encrypted');
  end if;
  if (v_conversation.about -> 'epoch')::int = v_conversation.key_epoch then
    return;
  end if;
  perform private.place_about(v_conversation, coalesce(reseal_about.about, 'null'));
end;
$$;
grant execute on function private.reseal_about to authenticated;


create function public.set_about(conversation_id uuid, about jsonb)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.set_about(set_about.conversation_id, set_about.about);
  return query select l.* from public.conversation_list l where l.id = set_about.conversation_id;
end;
$$;
comment on function public.set_about is 'Gives an encrypted group another title and description, sealed as an envelope of kind "about". For its owner and admins.';
grant execute on function public.set_about to authenticated;

create function public.reseal_about(conversation_id uuid, about jsonb)
returns setof public.conversation_list
rows 1
language plpgsql
set search_path = ''
as $$
begin
  perform private.reseal_about(reseal_about.conversation_id, reseal_about.about);
  return query select l.* from public.conversation_list l where l.id = reseal_about.conversation_id;
end;
$$;
comment on function public.reseal_about is 'Seals title and description of an encrypted group in the newest epoch, if they are still in an older one. For any member; nothing is said of it in the conversation.';
grant execute on function public.reseal_about to authenticated;
