-- Subtasks, blocked tasks, and moving whole trees.
create table public.task_blocks (
  blocker bigint not null references public.tasks on delete cascade,
  blocked bigint not null references public.tasks on delete cascade,
  primary key (blocker, blocked),
  check (blocker <> blocked)
);
alter table public.task_blocks enable row level security;
create policy "see blocks" on public.task_blocks for select to authenticated using (true);
grant select on public.task_blocks to authenticated;

create index tasks_parent_id_idx on public.tasks (parent_id);

create or replace recursive view public.task_paths (id, root, depth, path) as
  select t.id, t.id, 0, array[t.id] from public.tasks t where t.parent_id is null
  union all
  select t.id, p.root, p.depth + 1, p.path || t.id
  from public.tasks t join task_paths p on t.parent_id = p.id
  where not t.id = any (p.path);
alter view public.task_paths set (security_invoker = true);
grant select on public.task_paths to authenticated;

create or replace function public.subtree(root bigint, out id bigint, out depth int, out title text)
returns setof record language sql stable as $$
  with recursive sub as (
    select t.id, 0 as depth, t.title from tasks t where t.id = root
    union all
    select t.id, sub.depth + 1, t.title from tasks t, sub where t.parent_id = sub.id
  ) search depth first by id set ordering cycle id set is_cycle using path
  select sub.id, sub.depth, repeat('  ', sub.depth) || sub.title from sub where not is_cycle order by ordering
$$;
grant execute on function public.subtree(bigint) to authenticated;

create or replace function app.move_task(task bigint, target bigint, at double precision default null)
returns tasks language plpgsql as $$
declare
  moved tasks;
  ids bigint[];
begin
  select array_agg(s.id) into ids from subtree(task) as s;
  if target = any (ids) then
    raise exception 'task % cannot be moved below itself', task;
  end if;
  lock table tasks in share row exclusive mode nowait;
  update tasks set parent_id = target, position = coalesce(at, (select max(t.position) + 1 from tasks t where t.parent_id = target), 1)
  where id = task returning * into moved;
  with gone as (
    delete from task_blocks b using unnest(ids) with ordinality as u (id, nr)
    where b.blocker = u.id and b.blocked = target returning b.*
  )
  insert into notifications (user_id, kind, payload)
  select moved.assignee_id, 'comment', jsonb_build_object('unblocked', array_agg(gone.blocked))
  from gone having count(*) > 0 and moved.assignee_id is not null;
  assert moved.id is not null, 'no such task';
  return moved;
end $$;
