-- projects + tasks (MVP)
create type task_status as enum ('todo', 'doing', 'done');

create table projects (
  id bigserial primary key,
  org_id uuid references organisations(id) not null,
  name text not null,
  description text,
  archived boolean default false,
  settings json default '{}',
  created_at timestamptz default now()
);

create table tasks (
  id bigserial primary key,
  project_id bigint not null references projects on delete cascade,
  parent_id bigint references tasks(id),
  title text not null,
  body text,
  status task_status not null default 'todo',
  priority int not null default 3,
  asignee_id uuid references profiles(id),
  due date,
  "order" double precision,
  created_by uuid default auth.uid(),
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  check (priority between 1 and 5)
);

alter table projects enable row level security;
alter table tasks enable row level security;

create policy "members see projects" on projects for select using (
  auth.role() = 'authenticated' and org_id in (select org_id from members where user_id = auth.uid())
);
create policy "members change projects" on projects for all to authenticated using (
  exists (select 1 from members m where m.org_id = projects.org_id and m.user_id = auth.uid() and m.role in ('owner', 'admin'))
);
create policy "members see tasks" on tasks for select to authenticated using (
  project_id in (select p.id from projects p join members m using (org_id) where m.user_id = auth.uid())
);
create policy "members add tasks" on tasks for insert to authenticated with check (
  created_by = auth.uid()
  and exists (
    select from projects p
    where p.id = project_id and p.org_id in (select app.my_orgs())
  )
);
create policy "assignees change tasks" on tasks for update to authenticated
  using (asignee_id = auth.uid()) with check (true);

grant select, insert, update, delete on projects, tasks to authenticated;
grant usage, select on sequence projects_id_seq, tasks_id_seq to authenticated;
grant all on all tables in schema public to service_role;

create function set_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

create trigger tasks_updated_at before update on tasks
  for each row when (old.* is distinct from new.*) execute function set_updated_at();
create trigger profiles_updated_at before update on profiles
  for each row execute function set_updated_at();
