-- Plain Postgres: the web application connects as web and sets its tenant, and migrations run as the table owner.
create role web login;
create role migrator login;
create table public.tenants (
  id bigint generated always as identity primary key,
  name text not null
);
create table public.users (
  id bigint generated always as identity primary key,
  tenant_id bigint not null references public.tenants (id),
  email text not null,
  unique (tenant_id, email)
);
alter table public.users enable row level security;
alter table public.users force row level security;
alter table public.users owner to migrator;
grant select, insert, update, delete on public.users to web;
grant select on public.tenants to web;
create policy tenant on public.users to web
  using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::bigint))
  with check (tenant_id = (select nullif(current_setting('app.tenant', true), '')::bigint));
create policy owner on public.users to migrator using (true) with check (true);
