-- Invitations to a team, by name and by link.

begin;
select plan(53);
select tests.create_users('alice', 'bob', 'carol', 'dave', 'erin', 'gus', 'mallory');

select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Team')));
select tests.keep('general', (select id from public.create_channel(tests.kept('team')::uuid, 'General', is_default => true)));
select tests.keep('secret', (select id from public.create_channel(tests.kept('team')::uuid, 'Books', is_public => false)));

select tests.sign_out();
create function pg_temp.invite(people text[], rest text default '')
returns text
language sql
as $$
  select format('select public.invite_to_team(%L, %L%s)', tests.kept('team'), array(select tests.user_id(p) from unnest(people) as u (p)), rest)
$$;
create function pg_temp.told(name text)
returns table (event text, args jsonb, actor uuid)
language sql
security definer
as $$
  select n.event, n.args, n.actor_id from public.notifications n where n.user_id = tests.user_id(name) order by n.revision
$$;
create function pg_temp.titles(name text)
returns text[]
language sql
security definer
as $$
  select array_agg(c.title order by c.title) from public.members m join public.conversations c on c.id = m.conversation_id
  where m.user_id = tests.user_id(name) and m.left_at is null
$$;
create function pg_temp.make_old(what text)
returns void
language plpgsql
security definer
as $$
begin
  execute format('update public.%I set expires_at = now() - interval ''1 second''', what);
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;


-- By name

select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('bob'), tests.user_id('bob')])));
select results_eq(
  $$ select user_id, role::text, status::text, expires_at > now() from public.team_invitations $$,
  $$ values (tests.user_id('bob'), 'member', 'open', true) $$,
  'Alice invites Bob'
);
select results_eq(
  $$ select * from pg_temp.told('bob') $$,
  $$ values ('team_invitation', jsonb_build_object('invitation_id', tests.kept('invitation'), 'team_id', tests.kept('team'), 'team_name', 'Team'), tests.user_id('alice')) $$,
  'he is told'
);
select is_empty(pg_temp.invite(array['bob']), 'inviting him again does nothing');
select is((select count(*) from pg_temp.told('bob')), 1::bigint, 'and tells him nothing');
select is(pg_temp.titles('bob'), null, 'he is in no channel before he says yes');
select tests.refused(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 404, 'invitation_not_found', 'nobody accepts for him');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 404, 'invitation_not_found', 'nor instead of him');
select tests.refused(format('select public.revoke_team_invitation(%L)', tests.kept('invitation')), 404, 'invitation_not_found', 'nor takes it back');
select tests.refused(pg_temp.invite(array['mallory']), 403, 'not_in_team', 'a stranger invites nobody');
select tests.sign_in_as('bob');
select results_eq(format('select name, member_count from public.accept_team_invitation(%L)', tests.kept('invitation')), $$ values ('Team', 2) $$, 'Bob accepts');
select is(pg_temp.titles('bob'), array['General'], 'and is in the default channel');
select lives_ok(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 'accepting twice is harmless');
select results_eq($$ select event, args ->> 'status' from pg_temp.told('alice') $$, $$ values ('team_invitation_answered', 'accepted') $$, 'Alice is told once');
select tests.refused(format('select public.decline_team_invitation(%L)', tests.kept('invitation')), 409, 'invitation_over', 'it is too late to decline');
select tests.refused(pg_temp.invite(array['carol']), 403, 'not_allowed_in_team', 'a member invites nobody');

select tests.sign_in_as('alice');
select tests.refused(pg_temp.invite(array['carol'], ', ''owner'''), 403, 'not_allowed_in_team', 'an owner is not invited');
select tests.refused(pg_temp.invite(array['carol'], format(', channel_ids => array[%L]::uuid[]', gen_random_uuid())), 404, 'conversation_not_found', 'a channel that is none of the team''s is not promised');
select tests.refused(format('select public.invite_to_team(%L, array[gen_random_uuid()])', tests.kept('team')), 404, 'user_not_found', 'nobody is invited who is not there');
select public.set_team_role(tests.kept('team')::uuid, tests.user_id('bob'), 'admin');
select tests.sign_in_as('bob');
select tests.refused(pg_temp.invite(array['carol'], ', ''admin'''), 403, 'not_allowed_in_team', 'an admin makes no admins');
select tests.refused(pg_temp.invite(array['carol'], format(', channel_ids => array[%L]::uuid[]', tests.kept('secret'))), 404, 'conversation_not_found', 'nor opens a private channel that he is not in');
select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('gus')], 'guest', array[tests.kept('secret')::uuid])));
select tests.sign_in_as('gus');
select public.accept_team_invitation(tests.kept('invitation')::uuid);
select is(pg_temp.titles('gus'), array['Books'], 'a guest is in what they were invited to, and in nothing else');

select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('carol')])));
select tests.sign_in_as('carol');
select lives_ok(format('select public.decline_team_invitation(%L)', tests.kept('invitation')), 'Carol declines');
select tests.refused(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 409, 'invitation_over', 'and that is that');
select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('carol')])));
select lives_ok(format('select public.revoke_team_invitation(%L)', tests.kept('invitation')), 'another one is taken back');
select tests.sign_in_as('carol');
select tests.refused(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 409, 'invitation_over', 'before she could accept');
select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('carol')])));
select pg_temp.make_old('team_invitations');
select tests.sign_in_as('carol');
select tests.refused(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 409, 'invitation_over', 'a third has expired');
select tests.sign_in_as('alice');
select isnt_empty(pg_temp.invite(array['carol']), 'which makes room for a fourth');

select tests.sign_out();
update private.senders set is_withheld = true where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select isnt_empty(pg_temp.invite(array['mallory']), 'who is withheld invites');
select is_empty($$ select 1 from pg_temp.told('mallory') $$, 'and is not heard of');
select tests.sign_out();
update private.senders set is_withheld = false, suspended_until = now() + interval '1 hour' where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');
select tests.refused(pg_temp.invite(array['erin']), 403, 'suspended', 'who is suspended invites nobody');
select tests.sign_out();
update private.senders set suspended_until = null where user_id = tests.user_id('alice');
select tests.sign_in_as('alice');


-- By link

select tests.keep('token', (select token from public.create_invite_link(tests.kept('team')::uuid, max_uses => 1)));
select matches(tests.kept('token'), '^[A-Za-z0-9_-]{43}$', 'a link has a secret of 256 bits that a URL takes as it is');
select tests.sign_out();
select is((select token_hash from public.team_invite_links), sha256(tests.kept('token')::bytea), 'of which the database has the hash');
select tests.sign_in_as('dave');
select results_eq(format('select name, member_count, role::text from public.look_at_invite_link(%L)', tests.kept('token')), $$ values ('Team', 3, 'member') $$, 'Dave looks where it leads');
select is_empty($$ select 1 from public.teams $$, 'which does not let him in yet');
select results_eq(format('select name from public.join_team_by_link(%L)', tests.kept('token')), $$ values ('Team') $$, 'he joins');
select is(pg_temp.titles('dave'), array['General'], 'and is in the default channel');
select lives_ok(format('select public.join_team_by_link(%L)', tests.kept('token')), 'the link is used up, but not for who is in');
select tests.sign_in_as('erin');
select tests.refused(format('select public.join_team_by_link(%L)', tests.kept('token')), 409, 'invite_link_over', 'Erin comes too late');
select tests.refused(format('select public.look_at_invite_link(%L)', tests.kept('token')), 409, 'invite_link_over', 'and is told so');
select tests.refused($$ select public.join_team_by_link('guess') $$, 404, 'invite_link_not_found', 'guessing leads nowhere');
select tests.refused($$ select public.join_team_by_link(null) $$, 404, 'invite_link_not_found', 'nor does nothing');
select tests.refused(format('select public.create_invite_link(%L)', tests.kept('team')), 403, 'not_in_team', 'a stranger makes no link');

select tests.sign_in_as('alice');
select tests.refused(format('select public.create_invite_link(%L, %L)', tests.kept('team'), 'admin'), 400, 'setting_invalid', 'no link makes admins');
select tests.refused(format('select public.create_invite_link(%L, expires_in => interval %L)', tests.kept('team'), '2 years'), 400, 'setting_invalid', 'none is for ever');
select tests.refused(format('select public.create_invite_link(%L, max_uses => 0)', tests.kept('team')), 400, 'setting_invalid', 'nor for nobody');
select tests.keep('token', l.token), tests.keep('link', l.id) from public.create_invite_link(tests.kept('team')::uuid, 'guest', '1 hour', null, array[tests.kept('general')::uuid]) l;
select tests.sign_in_as('erin');
select public.join_team_by_link(tests.kept('token'));
select results_eq($$ select t.role::text, pg_temp.titles('erin') from public.team_members t $$, $$ values ('guest', array['General']) $$, 'by a link for guests, Erin is one');
select tests.sign_in_as('alice');
select is((select uses from public.team_invite_links where id = tests.kept('link')::uuid), 1, 'the link counts her');
select public.remove_from_team(tests.kept('team')::uuid, tests.user_id('erin'));
select tests.sign_in_as('erin');
select tests.refused(format('select public.join_team_by_link(%L)', tests.kept('token')), 403, 'was_removed', 'once removed, no link lets her in again');
select tests.sign_in_as('alice');
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('erin')])));
select tests.sign_in_as('erin');
select lives_ok(format('select public.accept_team_invitation(%L)', tests.kept('invitation')), 'an invitation by name does');
select tests.sign_in_as('alice');
select lives_ok(format('select public.revoke_invite_link(%L)', tests.kept('link')), 'Alice revokes the link');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.join_team_by_link(%L)', tests.kept('token')), 409, 'invite_link_over', 'which lets nobody in any more');
select tests.refused(format('select public.revoke_invite_link(%L)', tests.kept('link')), 404, 'invite_link_not_found', 'a stranger revokes none');
select tests.sign_in_as('alice');
select tests.keep('token', (select token from public.create_invite_link(tests.kept('team')::uuid)));
select pg_temp.make_old('team_invite_links');
select tests.sign_in_as('mallory');
select tests.refused(format('select public.join_team_by_link(%L)', tests.kept('token')), 409, 'invite_link_over', 'nor does one that has expired');

select finish();
rollback;
