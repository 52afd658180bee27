-- Background work: a queue that clients can only insert into by a function, and jobs that the server runs.
create schema if not exists jobs;
create table jobs.queue (
  id bigint generated always as identity primary key,
  requested_by uuid not null,
  payload jsonb not null,
  run_at timestamptz not null default now(),
  done_at timestamptz
);
create index queue_run_at_idx on jobs.queue (run_at) where done_at is null;
alter table jobs.queue enable row level security;

create function public.request_export(format text) returns bigint
language sql security definer set search_path = '' as $$
  insert into jobs.queue (requested_by, payload)
  select auth.uid(), jsonb_build_object('export', format)
  where auth.uid() is not null
  returning id
$$;
revoke execute on function public.request_export(text) from public, anon;
grant execute on function public.request_export(text) to authenticated;

create function jobs.claim(many integer) returns setof jobs.queue
language sql set search_path = '' as $$
  update jobs.queue q set done_at = now()
  where q.id in (
    select w.id from jobs.queue w where w.done_at is null and w.run_at <= now()
    order by w.run_at limit many for update skip locked
  )
  returning q.*
$$;
revoke execute on function jobs.claim(integer) from public;
grant usage on schema jobs to service_role;
grant select, update on jobs.queue to service_role;
grant execute on function jobs.claim(integer) to service_role;

create function jobs.sweep() returns void language sql set search_path = ''
begin atomic
  delete from jobs.queue where done_at < now() - interval '30 days';
end;
revoke execute on function jobs.sweep() from public;
