-- What the API consists of and who may use which part of it. A table, policy, grant or function that nobody meant fails here.

begin;
select plan(79);


-- What there is

select tables_are('public', array[
  'attachment_types', 'attachments', 'audit_log', 'blocks', 'bots', 'conversation_kinds', 'conversation_settings',
  'conversations', 'deal_steps', 'deals', 'device_requests', 'drafts', 'encryption_devices', 'epoch_keys', 'epochs',
  'hidden_messages', 'incoming_webhooks', 'key_backup_parts', 'key_backups', 'key_log', 'listing_steps', 'listings',
  'members', 'message_edits', 'messages', 'negotiation_steps', 'negotiations', 'notification_categories',
  'notification_deliveries', 'notification_events', 'notification_preferences', 'notification_rules',
  'notification_settings', 'notification_templates', 'notifications', 'offers', 'poll_votes', 'privacy_settings',
  'profiles', 'projects', 'push_subscriptions', 'reactions', 'receipts', 'reports', 'role_permissions',
  'scheduled_messages', 'system_codes', 'team_invitations', 'team_invite_links', 'team_members', 'team_permissions',
  'team_words', 'teams', 'webhook_conversations', 'webhook_deliveries', 'webhooks'
]);
select views_are('public', array['conversation_list', 'message_statuses']);
select tables_are('private', array[
  'account_deletions', 'account_sections', 'announcements', 'bot_keys', 'callings', 'changes_made', 'device_counters',
  'digest_tokens', 'doorbell', 'errors', 'files_to_delete', 'heartbeats', 'incoming_secrets', 'link_preview_askers',
  'link_previews', 'moderators', 'offers_told_expiring', 'outbox', 'outbox_kinds', 'personal', 'push_jobs', 'pushes',
  'senders', 'settings', 'slow_mode_marks', 'team_patterns', 'thread_people', 'webhook_secrets'
]);

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

select policies_are('public', 'attachment_types', array['attachment_types_select']);
select policies_are('public', 'attachments', array['attachments_select']);
select policies_are('public', 'audit_log', array['audit_log_select']);
select policies_are('public', 'blocks', array['blocks_select']);
select policies_are('public', 'bots', array['bots_select']);
select policies_are('public', 'conversation_kinds', array['conversation_kinds_select']);
select policies_are('public', 'conversation_settings', array['conversation_settings_select']);
select policies_are('public', 'conversations', array['conversations_select']);
select policies_are('public', 'deal_steps', array['deal_steps_select']);
select policies_are('public', 'deals', array['deals_select']);
select policies_are('public', 'device_requests', array['device_requests_select']);
select policies_are('public', 'drafts', array['drafts_select']);
select policies_are('public', 'encryption_devices', array['encryption_devices_select']);
select policies_are('public', 'epoch_keys', array['epoch_keys_select']);
select policies_are('public', 'epochs', array['epochs_select']);
select policies_are('public', 'hidden_messages', array['hidden_messages_select']);
select policies_are('public', 'incoming_webhooks', array['incoming_webhooks_select']);
select policies_are('public', 'key_backup_parts', array['key_backup_parts_select']);
select policies_are('public', 'key_backups', array['key_backups_select']);
select policies_are('public', 'key_log', array['key_log_select']);
select policies_are('public', 'listing_steps', array['listing_steps_select']);
select policies_are('public', 'listings', array['listings_insert', 'listings_select', 'listings_update']);
select policies_are('public', 'members', array['members_select']);
select policies_are('public', 'message_edits', array['message_edits_select']);
select policies_are('public', 'messages', array['messages_insert', 'messages_select']);
select policies_are('public', 'negotiation_steps', array['negotiation_steps_select']);
select policies_are('public', 'negotiations', array['negotiations_select']);
select policies_are('public', 'notification_categories', array['notification_categories_select']);
select policies_are('public', 'notification_deliveries', array['notification_deliveries_select']);
select policies_are('public', 'notification_events', array['notification_events_select']);
select policies_are('public', 'notification_preferences', array['notification_preferences_select']);
select policies_are('public', 'notification_rules', array['notification_rules_select']);
select policies_are('public', 'notification_settings', array['notification_settings_select']);
select policies_are('public', 'notification_templates', array['notification_templates_select']);
select policies_are('public', 'notifications', array['notifications_select']);
select policies_are('public', 'offers', array['offers_select']);
select policies_are('public', 'poll_votes', array['poll_votes_select']);
select policies_are('public', 'privacy_settings', array['privacy_settings_select']);
select policies_are('public', 'profiles', array['profiles_select', 'profiles_update']);
select policies_are('public', 'projects', array['projects_select']);
select policies_are('public', 'push_subscriptions', array['push_subscriptions_select']);
select policies_are('public', 'reactions', array['reactions_select']);
select policies_are('public', 'receipts', array['receipts_select']);
select policies_are('public', 'reports', array['reports_select']);
select policies_are('public', 'role_permissions', array['role_permissions_select']);
select policies_are('public', 'scheduled_messages', array['scheduled_messages_select']);
select policies_are('public', 'system_codes', array['system_codes_select']);
select policies_are('public', 'team_invitations', array['team_invitations_select']);
select policies_are('public', 'team_invite_links', array['team_invite_links_select']);
select policies_are('public', 'team_members', array['team_members_select']);
select policies_are('public', 'team_permissions', array['team_permissions_select']);
select policies_are('public', 'team_words', array['team_words_select']);
select policies_are('public', 'teams', array['teams_select']);
select policies_are('public', 'webhook_conversations', array['webhook_conversations_select']);
select policies_are('public', 'webhook_deliveries', array['webhook_deliveries_select']);
select policies_are('public', 'webhooks', array['webhooks_select']);
select policies_are('realtime', 'messages', array['parley_topics_select', 'parley_topics_insert']);
select is_empty($$ select policyname from pg_policies where schemaname = 'private' $$, 'nobody is let into a private table');

select set_eq(
  $$
    select policyname || ' for ' || lower(cmd) || ' to ' || array_to_string(roles, ', ') || case permissive when 'PERMISSIVE' then '' else ', restrictive' end
    from pg_policies
    where schemaname = 'public' or (schemaname in ('realtime', 'storage') and policyname like 'parley%')
  $$,
  $$ values
    ('attachment_types_select for select to authenticated'),
    ('attachments_select for select to authenticated'),
    ('audit_log_select for select to authenticated'),
    ('blocks_select for select to authenticated'),
    ('bots_select for select to authenticated'),
    ('conversation_kinds_select for select to authenticated'),
    ('conversation_settings_select for select to authenticated'),
    ('conversations_select for select to authenticated'),
    ('deal_steps_select for select to authenticated'),
    ('deals_select for select to authenticated'),
    ('device_requests_select for select to authenticated'),
    ('drafts_select for select to authenticated'),
    ('encryption_devices_select for select to authenticated'),
    ('epoch_keys_select for select to authenticated'),
    ('epochs_select for select to authenticated'),
    ('hidden_messages_select for select to authenticated'),
    ('incoming_webhooks_select for select to authenticated'),
    ('key_backup_parts_select for select to authenticated'),
    ('key_backups_select for select to authenticated'),
    ('key_log_select for select to authenticated'),
    ('listing_steps_select for select to authenticated'),
    ('listings_insert for insert to authenticated'),
    ('listings_select for select to authenticated'),
    ('listings_update for update to authenticated'),
    ('members_select for select to authenticated'),
    ('message_edits_select for select to authenticated'),
    ('messages_insert for insert to authenticated'),
    ('messages_select for select to authenticated'),
    ('negotiation_steps_select for select to authenticated'),
    ('negotiations_select for select to authenticated'),
    ('notification_categories_select for select to authenticated'),
    ('notification_deliveries_select for select to authenticated'),
    ('notification_events_select for select to authenticated'),
    ('notification_preferences_select for select to authenticated'),
    ('notification_rules_select for select to authenticated'),
    ('notification_settings_select for select to authenticated'),
    ('notification_templates_select for select to authenticated'),
    ('notifications_select for select to authenticated'),
    ('offers_select for select to authenticated'),
    ('parley_attachments_insert for insert to authenticated'),
    ('parley_attachments_select for select to authenticated'),
    ('parley_topics_insert for insert to authenticated'),
    ('parley_topics_select for select to authenticated'),
    ('poll_votes_select for select to authenticated'),
    ('privacy_settings_select for select to authenticated'),
    ('profiles_select for select to authenticated'),
    ('profiles_update for update to authenticated'),
    ('projects_select for select to authenticated'),
    ('push_subscriptions_select for select to authenticated'),
    ('reactions_select for select to authenticated'),
    ('receipts_select for select to authenticated'),
    ('reports_select for select to authenticated'),
    ('role_permissions_select for select to authenticated'),
    ('scheduled_messages_select for select to authenticated'),
    ('system_codes_select for select to authenticated'),
    ('team_invitations_select for select to authenticated'),
    ('team_invite_links_select for select to authenticated'),
    ('team_members_select for select to authenticated'),
    ('team_permissions_select for select to authenticated'),
    ('team_words_select for select to authenticated'),
    ('teams_select for select to authenticated'),
    ('webhook_conversations_select for select to authenticated'),
    ('webhook_deliveries_select for select to authenticated'),
    ('webhooks_select for select to authenticated')
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
    ('authenticated: select on attachment_types'),
    ('authenticated: select on attachments'),
    ('authenticated: select on audit_log'),
    ('authenticated: select on blocks'),
    ('authenticated: select on bots'),
    ('authenticated: select on conversation_kinds'),
    ('authenticated: select on conversation_list'),
    ('authenticated: select on conversation_settings'),
    ('authenticated: select on conversations'),
    ('authenticated: select on deal_steps'),
    ('authenticated: select on deals'),
    ('authenticated: select on device_requests'),
    ('authenticated: select on drafts'),
    ('authenticated: select on encryption_devices'),
    ('authenticated: select on epoch_keys'),
    ('authenticated: select on epochs'),
    ('authenticated: select on hidden_messages'),
    ('authenticated: select on incoming_webhooks'),
    ('authenticated: select on key_backup_parts'),
    ('authenticated: select on key_backups'),
    ('authenticated: select on key_log'),
    ('authenticated: select on listing_steps'),
    ('authenticated: select on listings'),
    ('authenticated: select on members'),
    ('authenticated: select on message_edits'),
    ('authenticated: select on message_statuses'),
    ('authenticated: select on messages'),
    ('authenticated: select on negotiation_steps'),
    ('authenticated: select on negotiations'),
    ('authenticated: select on notification_categories'),
    ('authenticated: select on notification_deliveries'),
    ('authenticated: select on notification_events'),
    ('authenticated: select on notification_preferences'),
    ('authenticated: select on notification_rules'),
    ('authenticated: select on notification_settings'),
    ('authenticated: select on notification_templates'),
    ('authenticated: select on notifications'),
    ('authenticated: select on offers'),
    ('authenticated: select on poll_votes'),
    ('authenticated: select on privacy_settings'),
    ('authenticated: select on profiles'),
    ('authenticated: select on projects'),
    ('authenticated: select on push_subscriptions'),
    ('authenticated: select on reactions'),
    ('authenticated: select on receipts'),
    ('authenticated: select on reports'),
    ('authenticated: select on role_permissions'),
    ('authenticated: select on scheduled_messages'),
    ('authenticated: select on system_codes'),
    ('authenticated: select on team_invitations'),
    ('authenticated: select on team_members'),
    ('authenticated: select on team_permissions'),
    ('authenticated: select on team_words'),
    ('authenticated: select on teams'),
    ('authenticated: select on webhook_conversations'),
    ('authenticated: select on webhook_deliveries'),
    ('authenticated: select on webhooks'),
    ('service_role: delete on notification_events'),
    ('service_role: delete on notification_templates'),
    ('service_role: insert on notification_events'),
    ('service_role: insert on notification_templates'),
    ('service_role: select on attachment_types'),
    ('service_role: select on attachments'),
    ('service_role: select on audit_log'),
    ('service_role: select on blocks'),
    ('service_role: select on bots'),
    ('service_role: select on conversation_kinds'),
    ('service_role: select on conversation_settings'),
    ('service_role: select on conversations'),
    ('service_role: select on deal_steps'),
    ('service_role: select on deals'),
    ('service_role: select on device_requests'),
    ('service_role: select on drafts'),
    ('service_role: select on encryption_devices'),
    ('service_role: select on epoch_keys'),
    ('service_role: select on epochs'),
    ('service_role: select on hidden_messages'),
    ('service_role: select on incoming_webhooks'),
    ('service_role: select on key_backup_parts'),
    ('service_role: select on key_backups'),
    ('service_role: select on key_log'),
    ('service_role: select on listing_steps'),
    ('service_role: select on listings'),
    ('service_role: select on members'),
    ('service_role: select on message_edits'),
    ('service_role: select on message_statuses'),
    ('service_role: select on messages'),
    ('service_role: select on negotiation_steps'),
    ('service_role: select on negotiations'),
    ('service_role: select on notification_categories'),
    ('service_role: select on notification_deliveries'),
    ('service_role: select on notification_events'),
    ('service_role: select on notification_preferences'),
    ('service_role: select on notification_rules'),
    ('service_role: select on notification_settings'),
    ('service_role: select on notification_templates'),
    ('service_role: select on notifications'),
    ('service_role: select on offers'),
    ('service_role: select on poll_votes'),
    ('service_role: select on privacy_settings'),
    ('service_role: select on profiles'),
    ('service_role: select on projects'),
    ('service_role: select on push_subscriptions'),
    ('service_role: select on reactions'),
    ('service_role: select on receipts'),
    ('service_role: select on reports'),
    ('service_role: select on role_permissions'),
    ('service_role: select on scheduled_messages'),
    ('service_role: select on system_codes'),
    ('service_role: select on team_invitations'),
    ('service_role: select on team_members'),
    ('service_role: select on team_permissions'),
    ('service_role: select on team_words'),
    ('service_role: select on teams'),
    ('service_role: select on webhook_conversations'),
    ('service_role: select on webhook_deliveries'),
    ('service_role: select on webhooks'),
    ('service_role: update on notification_events'),
    ('service_role: update on notification_templates')
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
    ('authenticated: insert listings.currency'),
    ('authenticated: insert listings.description'),
    ('authenticated: insert listings.id'),
    ('authenticated: insert listings.price_minor'),
    ('authenticated: insert listings.status'),
    ('authenticated: insert listings.title'),
    ('authenticated: insert messages.content'),
    ('authenticated: insert messages.conversation_id'),
    ('authenticated: insert messages.id'),
    ('authenticated: insert messages.reply_to'),
    ('authenticated: insert messages.thread_seq'),
    ('authenticated: select team_invite_links.channel_ids'),
    ('authenticated: select team_invite_links.created_at'),
    ('authenticated: select team_invite_links.created_by'),
    ('authenticated: select team_invite_links.expires_at'),
    ('authenticated: select team_invite_links.id'),
    ('authenticated: select team_invite_links.max_uses'),
    ('authenticated: select team_invite_links.revoked_at'),
    ('authenticated: select team_invite_links.role'),
    ('authenticated: select team_invite_links.team_id'),
    ('authenticated: select team_invite_links.uses'),
    ('authenticated: update listings.currency'),
    ('authenticated: update listings.description'),
    ('authenticated: update listings.pictures'),
    ('authenticated: update listings.price_minor'),
    ('authenticated: update listings.title'),
    ('authenticated: update profiles.avatar_url'),
    ('authenticated: update profiles.display_name'),
    ('authenticated: update profiles.handle'),
    ('service_role: insert listings.currency'),
    ('service_role: insert listings.description'),
    ('service_role: insert listings.id'),
    ('service_role: insert listings.price_minor'),
    ('service_role: insert listings.seller_id'),
    ('service_role: insert listings.status'),
    ('service_role: insert listings.title'),
    ('service_role: insert messages.content'),
    ('service_role: insert messages.conversation_id'),
    ('service_role: insert messages.id'),
    ('service_role: insert messages.reply_to'),
    ('service_role: insert messages.sender_id'),
    ('service_role: insert messages.thread_seq'),
    ('service_role: select team_invite_links.channel_ids'),
    ('service_role: select team_invite_links.created_at'),
    ('service_role: select team_invite_links.created_by'),
    ('service_role: select team_invite_links.expires_at'),
    ('service_role: select team_invite_links.id'),
    ('service_role: select team_invite_links.max_uses'),
    ('service_role: select team_invite_links.revoked_at'),
    ('service_role: select team_invite_links.role'),
    ('service_role: select team_invite_links.team_id'),
    ('service_role: select team_invite_links.uses'),
    ('service_role: update listings.currency'),
    ('service_role: update listings.description'),
    ('service_role: update listings.pictures'),
    ('service_role: update listings.price_minor'),
    ('service_role: update listings.title'),
    ('service_role: update profiles.avatar_url'),
    ('service_role: update profiles.display_name'),
    ('service_role: update profiles.handle')
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
    ('authenticated executes accept_offer(uuid,bigint)'),
    ('authenticated executes accept_team_invitation(uuid)'),
    ('authenticated executes acknowledge_notification(uuid)'),
    ('authenticated executes add_members(uuid,uuid[])'),
    ('authenticated executes add_reaction(uuid,bigint,text,uuid)'),
    ('authenticated executes add_sealed_reaction(uuid,bigint,uuid,jsonb)'),
    ('authenticated executes am_i_moderator()'),
    ('authenticated executes append_key_log(jsonb,text)'),
    ('authenticated executes archive_notifications(uuid[])'),
    ('authenticated executes block_user(uuid)'),
    ('authenticated executes browse_channels(uuid,text)'),
    ('authenticated executes cancel_deal(uuid)'),
    ('authenticated executes cancel_scheduled_message(uuid)'),
    ('authenticated executes close_poll(uuid,bigint)'),
    ('authenticated executes complete_deal(uuid)'),
    ('authenticated executes configure_conversation(uuid,text,member_role,integer,boolean,boolean,boolean)'),
    ('authenticated executes counter_offer(uuid,bigint,bigint,timestamp with time zone)'),
    ('authenticated executes create_attachment(uuid,text,text,bigint,uuid,integer,integer,integer,text)'),
    ('authenticated executes create_bot(text,text,uuid)'),
    ('authenticated executes create_channel(uuid,text,text,uuid,boolean,boolean,member_role,uuid[])'),
    ('authenticated executes create_group(text,uuid[])'),
    ('authenticated executes create_incoming_webhook(uuid,uuid)'),
    ('authenticated executes create_invite_link(uuid,member_role,interval,integer,uuid[])'),
    ('authenticated executes create_poll(uuid,uuid,text,text[],boolean,boolean,timestamp with time zone,bigint)'),
    ('authenticated executes create_project(uuid,text,text)'),
    ('authenticated executes create_team(text,text)'),
    ('authenticated executes create_webhook(text,uuid[],uuid,text[],text)'),
    ('authenticated executes decline_team_invitation(uuid)'),
    ('authenticated executes delete_account(text,boolean)'),
    ('authenticated executes delete_bot(uuid)'),
    ('authenticated executes delete_incoming_webhook(uuid)'),
    ('authenticated executes delete_message(uuid,bigint)'),
    ('authenticated executes delete_webhook(uuid)'),
    ('authenticated executes discard_attachment(uuid,uuid)'),
    ('authenticated executes edit_envelope(uuid,bigint,jsonb,uuid,uuid[],text)'),
    ('authenticated executes edit_message(uuid,bigint,text,uuid)'),
    ('authenticated executes edit_scheduled_message(uuid,text,timestamp with time zone)'),
    ('authenticated executes end_device_request(uuid)'),
    ('authenticated executes end_session(uuid)'),
    ('authenticated executes explain_notification(uuid,text)'),
    ('authenticated executes export_account(text,jsonb,integer)'),
    ('authenticated executes export_messages(uuid,bigint,integer)'),
    ('authenticated executes forward_message(uuid,bigint,uuid[],uuid)'),
    ('authenticated executes hand_over(uuid,jsonb)'),
    ('authenticated executes hand_over_keys(uuid,jsonb)'),
    ('authenticated executes handle_report(uuid,moderation_action,timestamp with time zone,text)'),
    ('authenticated executes heartbeat(uuid,text,uuid)'),
    ('authenticated executes hidden(messages)'),
    ('authenticated executes hide_messages(uuid,bigint[],boolean)'),
    ('authenticated executes import_messages(uuid,text,jsonb)'),
    ('authenticated executes invite_to_team(uuid,uuid[],member_role,uuid[])'),
    ('authenticated executes join_channel(uuid)'),
    ('authenticated executes join_team_by_link(text)'),
    ('authenticated executes leave_conversation(uuid)'),
    ('authenticated executes leave_team(uuid)'),
    ('authenticated executes list_notifications(text,text,timestamp with time zone,uuid,integer)'),
    ('authenticated executes look_at_invite_link(text)'),
    ('authenticated executes make_offer(uuid,bigint,timestamp with time zone)'),
    ('authenticated executes mark_all_notifications_read(timestamp with time zone,text)'),
    ('authenticated executes mark_deal_paid(uuid)'),
    ('authenticated executes mark_delivered(jsonb)'),
    ('authenticated executes mark_notifications_read(uuid[])'),
    ('authenticated executes mark_notifications_unread(uuid[])'),
    ('authenticated executes mark_read(jsonb)'),
    ('authenticated executes mark_unread(uuid,bigint)'),
    ('authenticated executes messages_around(uuid,bigint,integer,integer)'),
    ('authenticated executes moderate_user(uuid,moderation_action,timestamp with time zone,text)'),
    ('authenticated executes my_reactions(messages)'),
    ('authenticated executes my_sessions()'),
    ('authenticated executes my_team_invitations()'),
    ('authenticated executes my_votes(messages)'),
    ('authenticated executes notification_counts()'),
    ('authenticated executes pin_message(uuid,bigint,uuid)'),
    ('authenticated executes presence(uuid,uuid[])'),
    ('authenticated executes preview_notification(text,jsonb,jsonb,text,integer)'),
    ('authenticated executes redeliver_webhook(bigint)'),
    ('authenticated executes reject_offer(uuid,bigint)'),
    ('authenticated executes remove_from_team(uuid,uuid)'),
    ('authenticated executes remove_member(uuid,uuid)'),
    ('authenticated executes remove_push_subscription(text)'),
    ('authenticated executes remove_reaction(uuid,bigint,text,uuid)'),
    ('authenticated executes remove_sealed_reaction(uuid,bigint,uuid)'),
    ('authenticated executes rename_conversation(uuid,text)'),
    ('authenticated executes report_message(uuid,bigint,report_reason,text)'),
    ('authenticated executes report_user(uuid,report_reason,text)'),
    ('authenticated executes request_device(uuid,jsonb,text)'),
    ('authenticated executes reseal_about(uuid,jsonb)'),
    ('authenticated executes retract_vote(uuid,bigint,uuid)'),
    ('authenticated executes revoke_invite_link(uuid)'),
    ('authenticated executes revoke_team_invitation(uuid)'),
    ('authenticated executes rotate_bot_key(uuid)'),
    ('authenticated executes rotate_webhook_secret(uuid,interval)'),
    ('authenticated executes save_draft(uuid,uuid,text,timestamp with time zone,bigint,bigint)'),
    ('authenticated executes save_key_backup_parts(integer,jsonb)'),
    ('authenticated executes save_push_subscription(text,text,text,uuid,text)'),
    ('authenticated executes schedule_message(uuid,uuid,text,timestamp with time zone,bigint,bigint,uuid[])'),
    ('authenticated executes search_listings(text,integer)'),
    ('authenticated executes search_messages(text,uuid,uuid,timestamp with time zone,timestamp with time zone,boolean,boolean,integer,text)'),
    ('authenticated executes search_users(text,integer)'),
    ('authenticated executes send_envelope(uuid,uuid,jsonb,bigint,bigint,uuid[],uuid[],text)'),
    ('authenticated executes send_message(uuid,uuid,text,bigint,bigint,uuid[],jsonb)'),
    ('authenticated executes send_notification(text,jsonb,jsonb,text)'),
    ('authenticated executes send_scheduled_message(uuid)'),
    ('authenticated executes set_about(uuid,jsonb)'),
    ('authenticated executes set_conversation_settings(uuid,notify_level,timestamp with time zone,boolean,boolean)'),
    ('authenticated executes set_disappearing(uuid,integer)'),
    ('authenticated executes set_history(uuid,boolean)'),
    ('authenticated executes set_key_backup(jsonb,integer)'),
    ('authenticated executes set_listing_status(uuid,listing_status)'),
    ('authenticated executes set_member_role(uuid,uuid,member_role)'),
    ('authenticated executes set_notification_preference(text,boolean,boolean,boolean)'),
    ('authenticated executes set_notification_settings(text,time without time zone,time without time zone,integer[],interval,text,boolean,boolean)'),
    ('authenticated executes set_privacy(boolean,boolean,boolean)'),
    ('authenticated executes set_team_role(uuid,uuid,member_role)'),
    ('authenticated executes set_team_words(uuid,text[],word_action)'),
    ('authenticated executes snooze_notifications(timestamp with time zone)'),
    ('authenticated executes start_direct_conversation(uuid)'),
    ('authenticated executes start_epoch(uuid,jsonb,jsonb,jsonb)'),
    ('authenticated executes start_listing_conversation(uuid)'),
    ('authenticated executes start_negotiation(uuid)'),
    ('authenticated executes sync(jsonb,bigint)'),
    ('authenticated executes take_link_preview()'),
    ('authenticated executes test_push(uuid)'),
    ('authenticated executes turn_on_encryption(uuid,jsonb,jsonb,jsonb,boolean)'),
    ('authenticated executes unarchive_notifications(uuid[])'),
    ('authenticated executes unblock_user(uuid)'),
    ('authenticated executes unpin_message(uuid,bigint,uuid)'),
    ('authenticated executes update_project(uuid,text,text,boolean)'),
    ('authenticated executes update_team(uuid,text,text)'),
    ('authenticated executes update_webhook(uuid,text,text[],uuid[],text,boolean)'),
    ('authenticated executes verify_conversation(uuid,bigint,text)'),
    ('authenticated executes vote(uuid,bigint,integer[],uuid)'),
    ('authenticated executes withdraw_offer(uuid,bigint)'),
    ('service_role executes bot_of_key(text)'),
    ('service_role executes cancel_deal(uuid)'),
    ('service_role executes claim_digests(integer)'),
    ('service_role executes claim_files_to_delete(integer)'),
    ('service_role executes claim_pushes(integer,text[])'),
    ('service_role executes claim_webhooks(integer)'),
    ('service_role executes complete_deal(uuid)'),
    ('service_role executes digest_failed(bigint,integer,text,integer,boolean)'),
    ('service_role executes digest_sent(bigint,integer)'),
    ('service_role executes explain_notification(uuid,text)'),
    ('service_role executes export_messages(uuid,bigint,integer)'),
    ('service_role executes files_deleted(text,text[])'),
    ('service_role executes import_messages(uuid,text,jsonb)'),
    ('service_role executes is_doorbell(text)'),
    ('service_role executes keep_link_preview(text,jsonb)'),
    ('service_role executes known_link_preview(text)'),
    ('service_role executes mark_deal_paid(uuid)'),
    ('service_role executes next_push_in()'),
    ('service_role executes post_incoming(uuid,text,text,uuid)'),
    ('service_role executes preview_notification(text,jsonb,jsonb,text,integer)'),
    ('service_role executes push_failed(bigint,integer,integer,text,integer,boolean)'),
    ('service_role executes push_released(bigint,integer)'),
    ('service_role executes push_sent(bigint,integer,integer)'),
    ('service_role executes pushes_sent(jsonb)'),
    ('service_role executes ring_again(text)'),
    ('service_role executes send_notification(text,jsonb,jsonb,text)'),
    ('service_role executes set_moderator(uuid,boolean)'),
    ('service_role executes unsubscribe_digest(uuid)'),
    ('service_role executes webhook_tried(bigint,integer,integer,integer,text,text,integer)'),
    -- What stands behind it, and what policies, views and indexes ask: each checks its caller itself
    ('authenticated executes private.accept_offer(uuid,bigint)'),
    ('authenticated executes private.acknowledge_notification(uuid)'),
    ('authenticated executes private.add_members(uuid,uuid[])'),
    ('authenticated executes private.add_reaction(uuid,bigint,text,uuid)'),
    ('authenticated executes private.add_sealed_reaction(uuid,bigint,uuid,jsonb)'),
    ('authenticated executes private.answer_team_invitation(uuid,boolean)'),
    ('authenticated executes private.append_key_log(jsonb,text)'),
    ('authenticated executes private.block_user(uuid)'),
    ('authenticated executes private.browse_channels(uuid,text)'),
    ('authenticated executes private.can_hear(text)'),
    ('authenticated executes private.can_speak(text,text)'),
    ('authenticated executes private.cancel_scheduled_message(uuid)'),
    ('authenticated executes private.change_notifications(uuid[],text)'),
    ('authenticated executes private.close_poll(uuid,bigint)'),
    ('authenticated executes private.configure_conversation(uuid,text,member_role,integer,boolean,boolean,boolean)'),
    ('authenticated executes private.counter_offer(uuid,bigint,bigint,timestamp with time zone)'),
    ('authenticated executes private.create_attachment(uuid,text,text,bigint,uuid,integer,integer,integer,text)'),
    ('authenticated executes private.create_bot(text,text,uuid)'),
    ('authenticated executes private.create_channel(uuid,text,text,uuid,boolean,boolean,member_role,uuid[])'),
    ('authenticated executes private.create_group(text,uuid[])'),
    ('authenticated executes private.create_incoming_webhook(uuid,uuid)'),
    ('authenticated executes private.create_invite_link(uuid,member_role,interval,integer,uuid[])'),
    ('authenticated executes private.create_poll(uuid,uuid,text,text[],boolean,boolean,timestamp with time zone,bigint)'),
    ('authenticated executes private.create_project(uuid,text,text)'),
    ('authenticated executes private.create_team(text,text)'),
    ('authenticated executes private.create_webhook(text,text[],uuid[],uuid,text)'),
    ('authenticated executes private.delete_account(text,boolean)'),
    ('authenticated executes private.delete_bot(uuid)'),
    ('authenticated executes private.delete_incoming_webhook(uuid)'),
    ('authenticated executes private.delete_message(uuid,bigint)'),
    ('authenticated executes private.delete_webhook(uuid)'),
    ('authenticated executes private.demand_announcer(text,jsonb)'),
    ('authenticated executes private.discard_attachment(uuid,uuid)'),
    ('authenticated executes private.edit_message(uuid,bigint,text,uuid,jsonb,uuid[],text)'),
    ('authenticated executes private.edit_scheduled_message(uuid,text,timestamp with time zone)'),
    ('authenticated executes private.end_device_request(uuid)'),
    ('authenticated executes private.end_session(uuid)'),
    ('authenticated executes private.explain_notification(uuid,text)'),
    ('authenticated executes private.export_account(text,jsonb,integer)'),
    ('authenticated executes private.export_messages(uuid,bigint,integer)'),
    ('authenticated executes private.forward_message(uuid,bigint,uuid[],uuid)'),
    ('authenticated executes private.hand_over(uuid,jsonb)'),
    ('authenticated executes private.hand_over_keys(uuid,jsonb)'),
    ('authenticated executes private.handle_report(uuid,moderation_action,timestamp with time zone,text)'),
    ('authenticated executes private.heartbeat(uuid,text,uuid)'),
    ('authenticated executes private.hide_messages(uuid,bigint[],boolean)'),
    ('authenticated executes private.import_messages(uuid,text,jsonb)'),
    ('authenticated executes private.invite_to_team(uuid,uuid[],member_role,uuid[])'),
    ('authenticated executes private.is_archived(conversations,conversation_settings)'),
    ('authenticated executes private.is_moderator()'),
    ('authenticated executes private.join_channel(uuid)'),
    ('authenticated executes private.join_team_by_link(text)'),
    ('authenticated executes private.led_team_ids()'),
    ('authenticated executes private.list_notifications(text,text,timestamp with time zone,uuid,integer)'),
    ('authenticated executes private.look_at_invite_link(text)'),
    ('authenticated executes private.make_offer(uuid,bigint,timestamp with time zone)'),
    ('authenticated executes private.mark_all_notifications_read(timestamp with time zone,text)'),
    ('authenticated executes private.mark_unread(uuid,bigint)'),
    ('authenticated executes private.me()'),
    ('authenticated executes private.moderate_user(uuid,moderation_action,timestamp with time zone,text)'),
    ('authenticated executes private.move_deal(uuid,deal_status)'),
    ('authenticated executes private.my_conversation_ids()'),
    ('authenticated executes private.my_notification_counts()'),
    ('authenticated executes private.my_sessions()'),
    ('authenticated executes private.my_team_ids()'),
    ('authenticated executes private.my_team_invitations()'),
    ('authenticated executes private.pin_message(uuid,bigint,uuid)'),
    ('authenticated executes private.presence(uuid,uuid[])'),
    ('authenticated executes private.preview_notification(text,jsonb,uuid[],text,integer)'),
    ('authenticated executes private.raise_marks(jsonb,receipt_kind)'),
    ('authenticated executes private.receipts_mark(conversations,members)'),
    ('authenticated executes private.redeliver_webhook(bigint)'),
    ('authenticated executes private.reject_offer(uuid,bigint)'),
    ('authenticated executes private.remove_from_team(uuid,uuid)'),
    ('authenticated executes private.remove_member(uuid,uuid)'),
    ('authenticated executes private.remove_push_subscription(text)'),
    ('authenticated executes private.remove_reaction(uuid,bigint,text,uuid)'),
    ('authenticated executes private.remove_sealed_reaction(uuid,bigint,uuid)'),
    ('authenticated executes private.rename_conversation(uuid,text)'),
    ('authenticated executes private.report_message(uuid,bigint,report_reason,text)'),
    ('authenticated executes private.report_user(uuid,report_reason,text)'),
    ('authenticated executes private.request_device(uuid,jsonb,text)'),
    ('authenticated executes private.reseal_about(uuid,jsonb)'),
    ('authenticated executes private.revoke_invite_link(uuid)'),
    ('authenticated executes private.revoke_team_invitation(uuid)'),
    ('authenticated executes private.rotate_bot_key(uuid)'),
    ('authenticated executes private.rotate_webhook_secret(uuid,interval)'),
    ('authenticated executes private.save_draft(uuid,uuid,text,timestamp with time zone,bigint,bigint)'),
    ('authenticated executes private.save_key_backup_parts(integer,jsonb)'),
    ('authenticated executes private.save_push_subscription(text,text,text,uuid,text)'),
    ('authenticated executes private.schedule_message(uuid,uuid,text,timestamp with time zone,bigint,bigint,uuid[])'),
    ('authenticated executes private.search_listings(text,integer)'),
    ('authenticated executes private.search_messages(text,uuid,uuid,timestamp with time zone,timestamp with time zone,boolean,boolean,integer,text)'),
    ('authenticated executes private.search_text(text,jsonb)'),
    ('authenticated executes private.search_users(text,integer)'),
    ('authenticated executes private.search_vector(uuid,text,jsonb)'),
    ('authenticated executes private.sells_folder(text)'),
    ('authenticated executes private.send_message(uuid,uuid,text,bigint,bigint,uuid[],jsonb,uuid[],text,jsonb)'),
    ('authenticated executes private.send_notification(text,jsonb,uuid[],text)'),
    ('authenticated executes private.send_scheduled_message(uuid)'),
    ('authenticated executes private.set_about(uuid,jsonb)'),
    ('authenticated executes private.set_conversation_settings(uuid,notify_level,timestamp with time zone,boolean,boolean)'),
    ('authenticated executes private.set_disappearing(uuid,integer)'),
    ('authenticated executes private.set_history(uuid,boolean)'),
    ('authenticated executes private.set_key_backup(jsonb,integer)'),
    ('authenticated executes private.set_listing_status(uuid,listing_status)'),
    ('authenticated executes private.set_member_role(uuid,uuid,member_role)'),
    ('authenticated executes private.set_notification_preference(text,boolean,boolean,boolean)'),
    ('authenticated executes private.set_notification_settings(notification_settings)'),
    ('authenticated executes private.set_privacy(boolean,boolean,boolean)'),
    ('authenticated executes private.set_team_role(uuid,uuid,member_role)'),
    ('authenticated executes private.set_team_words(uuid,text[],word_action)'),
    ('authenticated executes private.snooze_notifications(timestamp with time zone)'),
    ('authenticated executes private.start_direct_conversation(uuid)'),
    ('authenticated executes private.start_epoch(uuid,jsonb,jsonb,jsonb)'),
    ('authenticated executes private.start_listing_conversation(uuid)'),
    ('authenticated executes private.start_negotiation(uuid)'),
    ('authenticated executes private.sync(jsonb,bigint)'),
    ('authenticated executes private.take_link_preview()'),
    ('authenticated executes private.target_people(jsonb)'),
    ('authenticated executes private.test_push(uuid)'),
    ('authenticated executes private.turn_on_encryption(uuid,jsonb,jsonb,jsonb,boolean)'),
    ('authenticated executes private.unblock_user(uuid)'),
    ('authenticated executes private.unpin_message(uuid,bigint,uuid)'),
    ('authenticated executes private.update_project(uuid,text,text,boolean)'),
    ('authenticated executes private.update_team(uuid,text,text)'),
    ('authenticated executes private.update_webhook(uuid,text,text[],uuid[],text,boolean)'),
    ('authenticated executes private.verify_conversation(uuid,bigint,text)'),
    ('authenticated executes private.vote(uuid,bigint,integer[],uuid)'),
    ('authenticated executes private.withdraw_offer(uuid,bigint)'),
    ('service_role executes private.bot_of_key(text)'),
    ('service_role executes private.claim_digests(integer)'),
    ('service_role executes private.claim_files_to_delete(integer)'),
    ('service_role executes private.claim_pushes(integer,text[])'),
    ('service_role executes private.claim_webhooks(integer)'),
    ('service_role executes private.demand_announcer(text,jsonb)'),
    ('service_role executes private.digest_failed(bigint,integer,text,integer,boolean)'),
    ('service_role executes private.digest_sent(bigint,integer)'),
    ('service_role executes private.explain_notification(uuid,text)'),
    ('service_role executes private.export_messages(uuid,bigint,integer)'),
    ('service_role executes private.files_deleted(text,text[])'),
    ('service_role executes private.import_messages(uuid,text,jsonb)'),
    ('service_role executes private.is_doorbell(text)'),
    ('service_role executes private.keep_link_preview(text,jsonb)'),
    ('service_role executes private.known_link_preview(text)'),
    ('service_role executes private.move_deal(uuid,deal_status)'),
    ('service_role executes private.next_push_in()'),
    ('service_role executes private.people_where(text)'),
    ('service_role executes private.post_incoming(uuid,text,text,uuid)'),
    ('service_role executes private.preview_notification(text,jsonb,uuid[],text,integer)'),
    ('service_role executes private.push_failed(bigint,integer,integer,text,integer,boolean)'),
    ('service_role executes private.push_released(bigint,integer)'),
    ('service_role executes private.push_sent(bigint,integer,integer)'),
    ('service_role executes private.pushes_sent(jsonb)'),
    ('service_role executes private.ring(text)'),
    ('service_role executes private.search_text(text,jsonb)'),
    ('service_role executes private.search_vector(uuid,text,jsonb)'),
    ('service_role executes private.send_notification(text,jsonb,uuid[],text)'),
    ('service_role executes private.set_moderator(uuid,boolean)'),
    ('service_role executes private.target_people(jsonb)'),
    ('service_role executes private.unsubscribe_digest(uuid)'),
    ('service_role executes private.webhook_tried(bigint,integer,integer,text,text,integer,integer)')
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

select is_empty(
  $$
    select a.attrelid::regclass || '.' || a.attname
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
    where a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is null
      -- These speak for themselves.
      and a.attname not in ('id', 'created_at', 'conversation_id', 'user_id', 'team_id', 'webhook_id')
  $$,
  'every column of the API is explained in the API'
);
select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'v') and obj_description(c.oid, 'pg_class') is null $$,
  'and so is every table'
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
