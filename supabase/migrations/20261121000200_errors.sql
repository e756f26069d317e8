-- Every refusal of the database: its code, HTTP status, text, and what to do. ERRORS.md lists them for readers.

create table private.errors (
  code text primary key check (code ~ '^[a-z][a-z_]*$'),
  status int not null check (status between 400 and 499),
  message text not null,
  hint text not null
);
comment on table private.errors is 'The catalogue of refusals. private.refuse() raises them in the error shape of the REST API.';
alter table private.errors enable row level security;

insert into private.errors (code, status, message, hint) values
  ('not_signed_in', 401, 'You are not signed in.', 'Send a valid access token as "Authorization: Bearer …".'),
  ('not_a_member', 403, 'You are not a member of this conversation.', 'Ask one of its members to add you.'),
  ('not_allowed', 403, 'Your role in this conversation does not allow this.', 'Ask an admin or the owner of the conversation.'),
  ('pair_is_fixed', 403, 'A conversation of two has no title and always the same two members.', 'Create a group instead.'),
  ('suspended', 403, 'A moderator has suspended you from sending.', 'Wait until the time in details; ask the moderators if you think that this is a mistake.'),
  ('posting_restricted', 403, 'Only some roles may post in this conversation.', 'Ask an admin; post_role of the conversation says which role it takes.'),
  ('conversation_not_found', 404, 'There is no such conversation.', 'Check the id.'),
  ('user_not_found', 404, 'There is no such person.', 'Check the id, or find people with search_users().'),
  ('message_not_found', 404, 'There is no such message in this conversation.', 'Check conversation_id and seq.'),
  ('member_not_found', 404, 'This person is not a member of the conversation.', 'Check the id.'),
  ('message_id_taken', 409, 'You have already sent a message with this id.', 'It is stored: read it by its id, or use send_message(), which returns it.'),
  ('cannot_message_yourself', 400, 'A direct conversation needs somebody else.', 'Pass the id of another person.'),
  ('message_blank', 400, 'The message is empty.', 'Write something that can be seen.'),
  ('message_too_long', 400, 'The message is too long.', 'Shorten it, or send it in parts.'),
  ('title_invalid', 400, 'The title is empty or too long.', 'Use 1 to 120 characters.'),
  ('group_full', 400, 'The group would have too many members.', 'Remove somebody first, or add fewer people.'),
  ('too_many', 400, 'Too many entries in one call.', 'Split the call.'),
  ('marks_invalid', 400, 'The marks are not an object of conversation ids and sequence numbers.', 'Pass {"<conversation id>": 42}.'),
  ('cursors_invalid', 400, 'The cursors are not an object of conversation ids and revisions.', 'Pass {"<conversation id>": 42}, or {} for everything.'),
  ('query_too_short', 400, 'The search text is too short.', 'Use at least two characters.'),
  ('state_invalid', 400, 'The state is not one of active, idle, offline.', 'Pass one of them.'),
  ('rate_limited', 429, 'You are sending too fast.', 'Wait as many seconds as the Retry-After header says, then send again with the same id.');


-- in a conversation
insert into private.errors (code, status, message, hint) values
  ('message_deleted', 410, 'This message has been deleted.', 'Nothing can be done with it any more.'),
  ('message_is_system', 400, 'Nobody wrote this message: it says what happened.', 'Choose one of somebody.'),
  ('thread_in_thread', 400, 'A message in a thread has no thread of its own.', 'Pass its thread_seq, and its seq as reply_to.'),
  ('reply_elsewhere', 400, 'The message that is answered stands in another place than the answer.', 'Pass the thread_seq of the message that is answered.'),
  ('emoji_invalid', 400, 'A reaction is one emoji.', 'Pass a single Unicode emoji.'),
  ('reactions_full', 400, 'The message has too many different reactions.', 'Use one that is there already.'),
  ('edit_too_late', 403, 'The time in which this message could be edited is over.', 'Send a message that corrects it.'),
  ('poll_is_fixed', 400, 'A poll cannot be edited: people may have voted.', 'Close or delete it, and ask again.'),
  ('pins_full', 400, 'Too many messages are pinned here.', 'Unpin one first.'),
  ('forward_not_allowed', 403, 'This message stays where it was said.', 'details says why.'),
  ('poll_invalid', 400, 'The poll cannot be asked like this.', 'details says what is wrong.'),
  ('not_a_poll', 400, 'This message is no poll.', 'Choose one whose kind is poll.'),
  ('poll_closed', 409, 'The poll is closed.', 'Its result stays as it is.'),
  ('vote_invalid', 400, 'This is no vote in this poll.', 'Pass numbers of its options, from 0; only one unless is_multiple is true.');

-- personal, attachments, time
insert into private.errors (code, status, message, hint) values
  ('seconds_invalid', 400, 'Messages cannot disappear after this time.', 'Pass 5 to 31536000 seconds, or null for never.'),
  ('send_at_invalid', 400, 'This is no time to send it at.', 'Pass a time after now, within a year.'),
  ('attachment_invalid', 400, 'The file is not described as it should be.', 'Correct what details says.'),
  ('scheduled_not_found', 404, 'You have no such scheduled message.', 'Check the id.'),
  ('attachment_not_found', 404, 'You have no such file in this conversation.', 'Announce it with create_attachment(); one that no message takes is dropped after a day.'),
  ('schedule_over', 409, 'This scheduled message does not wait any more.', 'details says what became of it.'),
  ('limit_reached', 409, 'You have as many of these as you may.', 'Send or remove some; details says how many there may be.'),
  ('attachment_not_uploaded', 409, 'The file is not in Storage yet.', 'Upload it to the path of its row, then send again with the same id.'),
  ('attachment_taken', 409, 'The file belongs to another message.', 'Announce and upload it once more.'),
  ('attachment_too_large', 413, 'The file is too large.', 'Make it smaller; attachment_types says how large it may be.'),
  ('preview_invalid', 400, 'This is no preview of a link in the message.', 'Pass url, which the text has, and title, as text; details says what is wrong.'),
  ('preview_rate_limited', 429, 'You are asking for previews too fast.', 'Wait as many seconds as the Retry-After header says.'),
  ('attachment_type_refused', 415, 'Files of this type are not taken.', 'attachment_types has those that are.');

-- teams and channels
insert into private.errors (code, status, message, hint) values
  ('team_not_found', 404, 'There is no such team.', 'Check the id.'),
  ('not_in_team', 403, 'You are not a member of this team.', 'Ask one of its admins to invite you.'),
  ('not_allowed_in_team', 403, 'Your role in this team does not allow this.', 'Ask an admin or the owner of the team.'),
  ('team_member_not_found', 404, 'This person is not a member of the team.', 'Invite them to the team first.'),
  ('team_full', 400, 'The team would have too many members.', 'Remove somebody first, or invite fewer people.'),
  ('project_not_found', 404, 'There is no such project in this team.', 'Check the id.'),
  ('channel_invalid', 400, 'These settings do not go together.', 'Read in details which of them, and why.'),
  ('description_too_long', 400, 'The description is too long.', 'Use up to 1,000 characters.'),
  ('setting_invalid', 400, 'A setting is out of its range.', 'Read in details which one.'),
  ('conversation_closed', 403, 'The conversation is closed.', 'It can be read. An admin may open it again.'),
  ('slow_mode', 429, 'You may not post again so soon.', 'Wait as many seconds as the Retry-After header says, then send again with the same id.'),
  ('invitation_not_found', 404, 'There is no such invitation for you.', 'Check the id.'),
  ('invitation_over', 409, 'The invitation is answered, revoked or expired.', 'Ask for another one.'),
  ('invite_link_not_found', 404, 'There is no such invitation link.', 'Check that it was copied as a whole.'),
  ('invite_link_over', 409, 'The invitation link is used up, revoked or expired.', 'Ask for another one.'),
  ('was_removed', 403, 'You were removed from this team.', 'Ask one of its admins to invite you by name.'),
  ('word_refused', 400, 'The message has a word that this team does not allow.', 'Say it in other words.'),
  ('word_invalid', 400, 'The word is empty, too long, or has a wildcard inside.', 'Use 1 to 64 characters; "*" may stand at its beginning and end.');

-- safety
insert into private.errors (code, status, message, hint) values
  ('you_blocked', 403, 'You have blocked this person.', 'Unblock them first.'),
  ('cannot_block_yourself', 400, 'Nobody can block themselves.', 'Pass the id of another person.'),
  ('cannot_report_yourself', 400, 'Nobody can report themselves.', 'Delete what you said instead.'),
  ('note_too_long', 400, 'The note is too long.', 'Use up to 1,000 characters.'),
  ('not_a_moderator', 403, 'This takes a moderator.', 'Ask the operator.'),
  ('report_not_found', 404, 'There is no such report in your queue.', 'Check the id.'),
  ('report_closed', 409, 'This report has been handled already.', 'Read it again: it says by whom and how.'),
  ('action_invalid', 400, 'This action does not fit here.', 'Read in details why.');

-- market
insert into private.errors (code, status, message, hint) values
  ('listing_not_found', 404, 'There is no such listing, or it is not shown to you.', 'Check the id.'),
  ('listing_not_yours', 403, 'This listing is not yours.', 'Only its seller changes it.'),
  ('own_listing', 400, 'This listing is your own.', 'Others write to you about it.'),
  ('listing_closed', 409, 'The listing is not open for this.', 'details says what has become of it.'),
  ('listing_step_invalid', 409, 'A listing does not go from its status to this one.', 'listing_steps says which may follow which.'),
  ('currency_fixed', 409, 'The currency of a published listing is fixed.', 'Withdraw it and publish another.'),
  ('picture_not_found', 400, 'A picture is not there.', 'Upload it first to the bucket "listings", as "<listing id>/<name>".'),
  ('negotiation_not_found', 404, 'This conversation is no negotiation.', 'Begin one with start_negotiation().'),
  ('negotiation_over', 409, 'This negotiation is over.', 'Begin another with start_negotiation().'),
  ('offer_not_found', 404, 'There is no such offer in this negotiation.', 'Check conversation_id and seq.'),
  ('offer_not_standing', 409, 'This offer does not stand any more.', 'details says what has become of it; look at the negotiation again.'),
  ('offer_expired', 409, 'This offer has expired.', 'Begin another negotiation with start_negotiation().'),
  ('offer_stands', 409, 'There is an offer on the table already.', 'Answer it with counter_offer(), or withdraw your own.'),
  ('not_your_turn', 403, 'This is for the other side to do.', 'Wait for their answer, or withdraw your own offer.'),
  ('amount_invalid', 400, 'The amount is not a whole number above zero.', 'Give it in the smallest unit of the currency.'),
  ('expiry_invalid', 400, 'An offer cannot stand until then.', 'Give a time in the future, not farther than details says.'),
  ('deal_not_found', 404, 'There is no such deal of yours.', 'Check the id.'),
  ('deal_step_invalid', 409, 'A deal does not go from its status to this one.', 'deal_steps says which may follow which.'),
  ('deal_not_yours_to_move', 403, 'This is for the other side of the deal to say.', 'deal_steps says who moves it.'),
  ('not_chained', 400, 'This conversation has no hash chain.', 'Negotiations have one.'),
  ('hash_invalid', 400, 'known_seq and known_hash do not belong together.', 'Give both, the hash as 64 characters of 0-9 and a-f.'),
  ('message_kept', 403, 'What was said in a negotiation stays as it was.', 'Say it anew.');

-- third parties, search, account
insert into private.errors (code, status, message, hint) values
  ('query_empty', 400, 'There is nothing to search for.', 'Pass a word that is to be found, not only ones to leave out, or has_attachment.'),
  ('cursor_invalid', 400, 'The cursor is not one that this call has given.', 'Pass the cursor of the last row of the page before, or none.'),
  ('webhook_not_found', 404, 'There is no such webhook of yours.', 'Check the id.'),
  ('webhook_url_invalid', 400, 'Webhooks are not sent to such an address.', 'Use an https address on the public Internet, without user, password or fragment.'),
  ('webhook_invalid', 400, 'The webhook breaks a rule.', 'Details names it: the events are message.created, message.updated and message.deleted.'),
  ('bot_not_found', 404, 'There is no such bot of yours.', 'Check the id.'),
  ('bot_key_invalid', 401, 'This is no bot''s key.', 'Make a new one with rotate_bot_key().'),
  ('not_for_bots', 403, 'A bot starts and joins nothing by itself.', 'Have a person do it, and add the bot.'),
  ('import_invalid', 400, 'The import breaks a rule.', 'Details names it, and the line.'),
  ('section_unknown', 400, 'There is no such section.', 'Begin without one, and go on with what is in next.'),
  ('handle_mismatch', 400, 'This is not your handle.', 'Give your own, to say that you mean it.');

-- notifications
insert into private.errors (code, status, message, hint) values
  ('event_not_found', 400, 'There is no such event.', 'notification_events has those that there are.'),
  ('args_invalid', 400, 'These are not the args of the event.', 'variables of notification_events says which there must be; details, which is wrong.'),
  ('template_invalid', 400, 'The template has a placeholder that its event does not know.', 'Use variables of the event, or actor, conversation, conversation_id, seq.'),
  ('target_invalid', 400, 'This names nobody.', 'Pass users, conversation, team or role, or (with the secret key) where; details says what is wrong.'),
  ('category_not_found', 404, 'There is no such category.', 'notification_categories has those that there are.'),
  ('notification_not_found', 404, 'You have no such notification.', 'Check the id.'),
  ('filter_invalid', 400, 'There is no such filter.', 'Pass all, unread or archived.'),
  ('subscription_invalid', 400, 'This is no push subscription.', 'Pass what PushSubscription.toJSON() gives; details says what is wrong.'),
  ('no_device', 409, 'No device of yours takes pushes.', 'Allow notifications on one, and save its subscription.');


-- keys for end-to-end encryption
insert into private.errors (code, status, message, hint) values
  ('keys_invalid', 400, 'These are no keys of the agreed form.', 'docs/encryption.md says which.'),
  ('key_log_behind', 409, 'Your key log has another next entry.', 'Read the log on, then add to it.'),
  ('device_id_taken', 409, 'A device has had this id.', 'Take a new random one.'),
  ('device_not_found', 404, 'You have no such device, or it does not ask any more.', 'Check the id, or ask again on the new device.'),
  ('backup_behind', 409, 'Your backup has another number.', 'Read key_backups, and open it before you change it.'),
  ('plaintext_refused', 400, 'This conversation is encrypted: the server takes no plaintext.', 'Seal it on the device: docs/encryption.md says how, and details what instead.'),
  ('not_encrypted', 400, 'This conversation is not encrypted.', 'Send it as plain text, or turn encryption on.'),
  ('not_when_encrypted', 400, 'This does not go together with encryption.', 'Use another conversation; details says why.'),
  ('encryption_not_possible', 400, 'This conversation cannot be encrypted.', 'details says why.'),
  ('members_without_device', 409, 'Some members have no device that could read what is encrypted.', 'details has their ids. Ask them to set it up, or pass without_device: they read only what is said once they have one.'),
  ('envelope_invalid', 400, 'This is no envelope that belongs here.', 'details says what is wrong; docs/encryption.md, how it has to be.'),
  ('epoch_invalid', 400, 'This is no epoch that belongs here.', 'details says what is wrong; docs/encryption.md, how it has to be.'),
  ('epoch_outdated', 409, 'There is a newer epoch than this was sealed in.', 'Take the epoch in details, and seal it again.'),
  ('epoch_needed', 409, 'Members or devices have changed, or the epoch is full: it takes a new one first.', 'Make it with start_epoch(), then seal again.'),
  ('epoch_taken', 409, 'Another device has made an epoch with this number.', 'Read the epochs up to the number in details, and use the newest.'),
  ('epoch_members_changed', 409, 'This epoch is not for just the members and devices of now.', 'Read the members and their key logs, and make another.'),
  ('counter_behind', 409, 'This device has said something with this counter, or a higher one.', 'Seal it again with a counter above the one in details.');

create function private.refuse(code text, details text default null, retry_after int default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_error private.errors;
begin
  -- The SQLSTATE "PGRST" lets PostgREST take status, headers and body from the exception.
  select e.* into strict v_error from private.errors e where e.code = refuse.code;
  raise exception using
    errcode = 'PGRST',
    message = jsonb_build_object('code', v_error.code, 'message', v_error.message, 'details', refuse.details, 'hint', v_error.hint)::text,
    detail = jsonb_build_object(
      'status', v_error.status,
      'headers', case when retry_after is null then '{}'::jsonb else jsonb_build_object('Retry-After', retry_after::text) end
    )::text;
end;
$$;
comment on function private.refuse is 'Ends the transaction with an error of the catalogue.';


create function private.me()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := auth.uid();
begin
  if v_me is null then
    perform private.refuse('not_signed_in');
  end if;
  return v_me;
end;
$$;
comment on function private.me is 'The person who calls, or the refusal not_signed_in.';
grant execute on function private.me to authenticated;
