-- Plain Postgres: one role per employee. Employees read their own salary, managers read all salaries.
create role employees nologin;
create role managers nologin;
create table public.salaries (
  person name primary key default current_user,
  cents bigint not null
);
alter table public.salaries enable row level security;
grant select on public.salaries to employees, managers;
grant insert, update, delete on public.salaries to managers;
create policy own_salary on public.salaries for select to employees using (person = current_user);
create policy managers_all on public.salaries to managers using (true) with check (true);
create policy during_audit on public.salaries as restrictive for update to managers
  using (pg_has_role(session_user, 'managers', 'MEMBER'));
