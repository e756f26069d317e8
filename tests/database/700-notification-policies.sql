-- Who may see the settings, devices and deliveries of notifications: whose they are, and nobody else. Events, categories, templates
-- and rules are there for everybody who is signed in; the templates are written with the secret key.

begin;
select plan(36);
select tests.create_users('alice', 'mallory');

select tests.sign_in_as('alice');
select public.set_notification_preference('reaction', push := true);
select public.set_notification_settings(time_zone := 'Europe/Berlin', language := 'de');
select public.save_push_subscription('https://push.example/alice', repeat('A', 87), repeat('B', 22), gen_random_uuid(), 'Phone');
select tests.sign_out();
select private.notify(array[tests.user_id('alice')], 'k', 'announcement', '{"title": "T", "text": "x"}', actor_id => null);

select tests.sign_in_as('alice');
select results_eq($$ select category, in_app, push, email from public.notification_preferences $$, $$ values ('reaction', true, true, false) $$, 'notification_preferences_select allows the person');
select results_eq($$ select time_zone, language from public.notification_settings $$, $$ values ('Europe/Berlin', 'de') $$, 'notification_settings_select allows the person');
select is((select label from public.push_subscriptions), 'Phone', 'push_subscriptions_select allows the person');
select results_eq($$ select key, channel, state, reason from public.notification_deliveries $$, $$ values ('k', 'push', 'waiting', 'delay') $$, 'notification_deliveries_select allows the person');
select isnt_empty($$ select 1 from public.notification_categories $$, 'notification_categories_select allows who is signed in');
select isnt_empty($$ select 1 from public.notification_events $$, 'notification_events_select allows who is signed in');
select isnt_empty($$ select 1 from public.notification_templates $$, 'notification_templates_select allows who is signed in');
select isnt_empty($$ select 1 from public.notification_rules $$, 'notification_rules_select allows who is signed in');
select throws_ok($$ update public.notification_preferences set push = false $$, '42501', null, 'nobody writes preferences past the functions');
select throws_ok($$ update public.notification_settings set language = 'en' $$, '42501', null, 'nor settings');
select throws_ok($$ update public.push_subscriptions set endpoint = 'https://evil.example/x' $$, '42501', null, 'nor devices');
select throws_ok($$ delete from public.push_subscriptions $$, '42501', null, 'nor takes them away');
select throws_ok($$ update public.notification_deliveries set state = 'sent' $$, '42501', null, 'nor deliveries');
select throws_ok($$ insert into public.notification_templates values ('mention', 'fr', 'x') $$, '42501', null, 'nor templates, without the secret key');
select throws_ok($$ select 1 from private.pushes $$, '42501', null, 'pushes are for nobody to read');
select throws_ok($$ select public.claim_pushes() $$, '42501', null, 'nor to claim');
select throws_ok($$ select public.claim_digests() $$, '42501', null, 'nor mails');
select throws_ok($$ select public.push_sent(1, 1) $$, '42501', null, 'nor to report');
select throws_ok($$ select public.pushes_sent('[]') $$, '42501', null, 'one or many');

select tests.sign_in_as('mallory');
select is_empty($$ select 1 from public.notification_preferences $$, 'notification_preferences_select denies a stranger');
select is_empty($$ select 1 from public.notification_settings $$, 'notification_settings_select denies a stranger');
select is_empty($$ select 1 from public.push_subscriptions $$, 'push_subscriptions_select denies a stranger');
select is_empty($$ select 1 from public.notification_deliveries $$, 'notification_deliveries_select denies a stranger');

select tests.sign_in_as_anon();
select throws_ok($$ select 1 from public.notification_preferences $$, '42501', null, 'notification_preferences_select denies anon');
select throws_ok($$ select 1 from public.notification_settings $$, '42501', null, 'notification_settings_select denies anon');
select throws_ok($$ select 1 from public.push_subscriptions $$, '42501', null, 'push_subscriptions_select denies anon');
select throws_ok($$ select 1 from public.notification_deliveries $$, '42501', null, 'notification_deliveries_select denies anon');
select throws_ok($$ select 1 from public.notification_categories $$, '42501', null, 'notification_categories_select denies anon');
select throws_ok($$ select 1 from public.notification_events $$, '42501', null, 'notification_events_select denies anon');
select throws_ok($$ select 1 from public.notification_templates $$, '42501', null, 'notification_templates_select denies anon');
select throws_ok($$ select 1 from public.notification_rules $$, '42501', null, 'notification_rules_select denies anon');
select throws_ok($$ select public.set_notification_settings(language := 'de') $$, '42501', null, 'who is not signed in sets nothing');
select throws_ok($$ select public.list_notifications() $$, '42501', null, 'and lists nothing');

select tests.sign_in_as_service();
select lives_ok($$ insert into public.notification_templates (event, language, title) values ('mention', 'fr', '{actor} vous a mentionné') $$, 'with the secret key a language is added');
select tests.refused($$ insert into public.notification_templates (event, language, title) values ('reply', 'fr', '{actor} {nobody}') $$, 400, 'template_invalid', 'but no placeholder that the event does not have');
select tests.refused($$ update public.notification_events set variables = '{}' where event = 'reaction' $$, 400, 'template_invalid', 'nor is a variable taken away that a template uses');

select finish();
rollback;
