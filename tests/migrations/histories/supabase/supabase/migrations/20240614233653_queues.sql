create extension pgmq;
select pgmq.create('emails');
select pgmq.create('exports');

create or replace function public.enqueue_email(recipient uuid, template text)
returns bigint
language sql security definer set search_path = ''
as $$ select pgmq.send('emails', jsonb_build_object('to', recipient, 'template', template)) $$;
revoke execute on function public.enqueue_email(uuid, text) from public, anon, authenticated;
