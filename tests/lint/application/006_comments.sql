begin;

create table comments (
  id bigint generated always as identity primary key,
  task_id bigint not null references tasks(id) on delete cascade,
  author_id uuid not null default auth.uid() references profiles(id),
  body text not null check (body <> ''),
  edited_at timestamptz,
  created_at timestamptz not null default now()
);
create index on comments (task_id, created_at desc);
create index on comments (author_id);
alter table comments enable row level security;

create policy comments_select on comments for select to authenticated
  using (exists (select 1 from tasks t where t.id = comments.task_id));
create policy comments_insert on comments for insert to authenticated
  with check (author_id = (select auth.uid()) and exists (select 1 from tasks t where t.id = task_id));
create policy comments_update on comments for update to authenticated
  using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy comments_delete on comments for delete to authenticated
  using (author_id = (select auth.uid()));
grant select, insert, update (body, edited_at), delete on comments to authenticated;
grant all on comments to service_role;

-- a counter, kept by statement-level triggers
alter table tasks add column comment_count int not null default 0;

create function bump_comment_count() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $fn$
begin
  if tg_op = 'INSERT' then
    update tasks t set comment_count = t.comment_count + n.n
    from (select task_id, count(*)::int as n from added group by task_id) n
    where t.id = n.task_id;
  elsif tg_op = 'DELETE' then
    update tasks t set comment_count = t.comment_count - n.n
    from (select task_id, count(*)::int as n from removed group by task_id) n
    where t.id = n.task_id;
  end if;
  return null;
end
$fn$;

create trigger comments_added after insert on comments
  referencing new table as added for each statement execute function bump_comment_count();
create trigger comments_removed after delete on comments
  referencing old table as removed for each statement execute function bump_comment_count();

update tasks set comment_count = c.n
from (select task_id, count(*) as n from comments group by 1) as c
where c.task_id = tasks.id;

commit;
