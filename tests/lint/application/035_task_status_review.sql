-- The states of tasks from 030, in use. Also: who did it, and a check of the moves.
set lock_timeout = '2s';
set statement_timeout = '30s';
update public.tasks set status = 'review' where status = 'in_progress' and priority = 1;
alter table public.tasks alter column status set default 'todo';
alter table public.tasks add column if not exists done_at timestamptz, add column if not exists done_by uuid references public.profiles (id);
alter table public.tasks drop constraint if exists tasks_done_at;
alter table public.tasks add constraint tasks_done_at check (status <> 'done' or done_at is not null) not valid;

create or replace function app.task_moves() returns trigger
language plpgsql set search_path = '' as $$
declare
  allowed constant public.task_status[] := case old.status
    when 'todo' then '{in_progress,done}'
    when 'in_progress' then '{todo,review,done}'
    when 'review' then array['in_progress', 'done']::public.task_status[]
    else '{todo}' end;
begin
  if not new.status = any (allowed) then
    raise exception 'a task does not go from % to %', old.status, new.status
      using errcode = 'P0001', detail = format('allowed: %s', array_to_string(allowed, ', '));
  end if;
  if new.status = 'done' then
    new.done_at = now();
    new.done_by = coalesce(auth.uid(), new.done_by);
  else
    new.done_at = null;
  end if;
  return new;
end $$;
drop trigger if exists task_moves on public.tasks;
create trigger task_moves before update of status on public.tasks
  for each row when (old.status is distinct from new.status) execute function app.task_moves();

-- the board again, with what is new; columns only at its end, so that it can be replaced
create or replace view public.board with (security_invoker = on) as
select t.id, t.project_id, t.title, t.status, t.position, t.due, t.comment_count, p.username as assignee,
       coalesce(l.labels, '[]'::jsonb) as labels,
       row_number() over (partition by t.project_id, t.status order by t.position nulls last, t.id) as place,
       t.done_at, d.username as done_by
from public.tasks t
left join public.profiles p on p.id = t.assignee_id
left join public.profiles d on d.id = t.done_by
left join lateral (
  select jsonb_agg(jsonb_build_object('name', x.name) order by x.name) as labels
  from public.task_labels tl join public.labels x on x.id = tl.label_id where tl.task_id = t.id
) l on true;
select b.status, count(*) filter (where b.done_at > now() - interval '7 days') as recent, array_agg(b.done_by) from public.board b group by b.status having count(*) > 1;
reset statement_timeout;
reset lock_timeout;
