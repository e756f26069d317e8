-- Who is invited to a team is shown what it is called, until they have answered.

begin;
select plan(6);
select tests.create_users('alice', 'bob', 'carol');
select tests.sign_in_as('alice');
select tests.keep('team', (select id from public.create_team('Harbour', 'Coffee by the water')));
select tests.keep('invitation', (select id from public.invite_to_team(tests.kept('team')::uuid, array[tests.user_id('bob')], 'guest')));
select is_empty($$ select * from public.my_team_invitations() $$, 'who invites is not invited');

select tests.sign_in_as('bob');
select is_empty($$ select * from public.teams $$, 'the team is not shown to him yet');
select results_eq(
  $$ select id, name, description, member_count, role::text, invited_by from public.my_team_invitations() $$,
  $$ values (tests.kept('invitation')::uuid, 'Harbour', 'Coffee by the water', 1, 'guest', tests.user_id('alice')) $$,
  'but what it is, and who asks'
);
select tests.sign_in_as('carol');
select is_empty($$ select * from public.my_team_invitations() $$, 'nobody else learns of it');
select tests.sign_in_as('bob');
select public.decline_team_invitation(tests.kept('invitation')::uuid);
select is_empty($$ select * from public.my_team_invitations() $$, 'once answered it is gone');
select tests.sign_in_as_anon();
select throws_ok($$ select * from public.my_team_invitations() $$, '42501', null, 'who is not signed in has none');

select * from finish();
rollback;
