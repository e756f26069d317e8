-- What people keep for themselves costs a send nothing: it writes the same rows whether its members have archived the
-- conversation, its sender has a draft, or everybody has hidden half of it. A file adds its own row.

begin;
select plan(9);
select tests.create_users(variadic array(select 'm' || n from generate_series(1, 20) n));
update private.settings set send_burst = 100000;

create function pg_temp.send(id uuid default gen_random_uuid(), files uuid[] default null)
returns text
language sql
as $$
  select format('select public.send_message(%L, %L, %L, attachment_ids := %L)', tests.kept('group'), id, 'hello', files)
$$;
grant execute on all functions in schema pg_temp to authenticated;

select tests.sign_in_as('m1');
select tests.keep('group', (select id from public.create_group('Group', array(select tests.user_id('m' || n) from generate_series(2, 20) n))));
-- The first send fills caches and makes the bucket's row.
select tests.cost(pg_temp.send());
select tests.keep('cost', tests.cost(pg_temp.send()));
select is(tests.kept('cost')::jsonb, '{"messages": 1, "conversations": 1, "members": 1, "senders": 1, "push_jobs": 1, "announced": 20}', 'a send among 20 writes four rows and announces itself to each');

create function pg_temp.keep_for_themselves()
returns void
language plpgsql
as $$
begin
  for v_n in 1 .. 20 loop
    perform tests.sign_in_as('m' || v_n);
    perform public.set_conversation_settings(tests.kept('group')::uuid, archived := true, pinned := true);
    perform public.mark_unread(tests.kept('group')::uuid);
    perform public.hide_messages(tests.kept('group')::uuid, array[2]);
    perform public.save_draft(tests.kept('group')::uuid, md5('draft ' || v_n)::uuid, 'hello');
  end loop;
  perform tests.sign_in_as('m1');
end;
$$;
select tests.sign_out();
select pg_temp.keep_for_themselves();
select ok((select is_archived and last_message ->> 'seq' = '1' from public.conversation_list where id = tests.kept('group')::uuid), 'all have archived it and hidden its newest message');
select is(tests.cost(pg_temp.send(md5('draft 1')::uuid)), tests.kept('cost')::jsonb, 'a send that ends a draft and brings it back to 20 lists writes the same');
select ok((select not is_archived and last_message ->> 'seq' = '3' from public.conversation_list where id = tests.kept('group')::uuid), 'it is back');
select is_empty($$ select 1 from public.drafts $$, 'and the draft is gone');
select is(tests.cost(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), 3))), '{"members": 1, "receipts": 2, "conversation_settings": 1, "personal": 1, "announced": 2}', 'reading what was marked unread writes the mark as well');
select is(tests.cost(format('select public.mark_read(%L)', jsonb_build_object(tests.kept('group'), 3))), null, 'and once only');

select tests.keep('one', (public.create_attachment(tests.kept('group')::uuid, 'a.png', 'image/png', 5)).id), tests.keep('two', (public.create_attachment(tests.kept('group')::uuid, 'b.png', 'image/png', 5)).id);
select tests.sign_out();
insert into storage.objects (bucket_id, name, metadata) select 'attachments', a.path, '{"size": 5, "mimetype": "image/png"}' from public.attachments a;
select tests.sign_in_as('m1');
select is(tests.cost(pg_temp.send(files => array[tests.kept('one')::uuid, tests.kept('two')::uuid])), tests.kept('cost')::jsonb || '{"attachments": 2}', 'a file that comes with it adds a row');
select tests.sign_out();
select is(tests.cost('select private.send_next_scheduled(), private.expire_messages(), private.empty_sent_drafts(), private.drop_pending_attachments()'), '{"drafts": 1, "personal": 1, "announced": 1}', 'the jobs write only what there is to do: here, a draft that was sent');

select finish();
rollback;
