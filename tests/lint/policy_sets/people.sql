-- sound profiles public read own write
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  username text unique, avatar_url text, bio text, updated_at timestamptz
);
alter table public.profiles enable row level security;
create policy "Public profiles are viewable by everyone." on public.profiles for select using (true);
create policy "Users can insert their own profile." on public.profiles for insert to authenticated with check ((select auth.uid()) = id);
create policy "Users can update own profile." on public.profiles for update to authenticated using ((select auth.uid()) = id);
-- rows
insert into public.profiles (id, username) values (:bob, 'bob');
-- try
ann: update public.profiles set bio = 'x' where id = :bob
ann: insert into public.profiles (id, username) values (:eve, 'fake')
ann: delete from public.profiles
ok ann: insert into public.profiles (id, username) values (:ann, 'ann')

-- open profiles with plan in own row
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  username text unique, avatar_url text, plan text not null default 'free', stripe_customer_id text
);
alter table public.profiles enable row level security;
create policy "read own" on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy "update own" on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create table public.reports (id bigint generated always as identity primary key, body text);
alter table public.reports enable row level security;
create policy "paid users read reports" on public.reports for select to authenticated
  using (exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.plan = 'pro'));
-- rows
insert into public.profiles (id) values (:ann), (:bob);
insert into public.reports (body) values ('x');
-- try
ann: update public.profiles set plan = 'pro' where id = :ann ;; select from public.reports

-- sound profiles with plan guarded by column grants
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  username text unique, avatar_url text, plan text not null default 'free'
);
alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated;
grant select, update (username, avatar_url) on public.profiles to authenticated;
create policy "read own" on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy "update own" on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create table public.reports (id bigint generated always as identity primary key, body text);
alter table public.reports enable row level security;
create policy "paid users read reports" on public.reports for select to authenticated
  using (exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.plan = 'pro'));
-- rows
insert into public.profiles (id) values (:ann), (:bob);
insert into public.reports (body) values ('x');
-- try
ann: update public.profiles set plan = 'pro' where id = :ann
ann: update public.profiles set username = 'x' where id = :bob
ann: select from public.reports
ok ann: update public.profiles set username = 'x' where id = :ann

-- open profile promotes itself, user_type
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  display_name text, user_type text not null default 'customer' check (user_type in ('customer', 'agent', 'admin'))
);
alter table public.profiles enable row level security;
create policy own_select on public.profiles for select to authenticated using (auth.uid() = id);
create policy own_update on public.profiles for update to authenticated using (auth.uid() = id);
create table public.tickets (id bigint generated always as identity primary key, customer uuid not null references auth.users, subject text);
create index on public.tickets (customer);
alter table public.tickets enable row level security;
create policy customers on public.tickets for select to authenticated using (customer = (select auth.uid()));
create policy agents on public.tickets for select to authenticated
  using ((select user_type from public.profiles where id = (select auth.uid())) in ('agent', 'admin'));
-- rows
insert into public.profiles (id) values (:ann), (:bob);
insert into public.tickets (customer, subject) values (:bob, 'help');
-- try
ann: update public.profiles set user_type = 'agent' where id = :ann ;; select from public.tickets

-- open signup insert with own admin flag
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  display_name text, is_admin boolean not null default false
);
alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated;
grant select, insert, update (display_name) on public.profiles to authenticated;
create policy own_select on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy own_insert on public.profiles for insert to authenticated with check ((select auth.uid()) = id);
create policy own_update on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
-- rows
-- try
ann: insert into public.profiles (id, is_admin) values (:ann, true)

-- open policy compares user_metadata role
create table public.articles (id bigint generated always as identity primary key, title text, published boolean not null default false);
alter table public.articles enable row level security;
create policy read on public.articles for select using (published);
create policy editors on public.articles for all to authenticated
  using ((auth.jwt() -> 'user_metadata' ->> 'role') = 'editor')
  with check ((auth.jwt() -> 'user_metadata' ->> 'role') = 'editor');
-- rows
insert into public.articles (title) values ('draft');
-- try
ann {"user_metadata": {"role":"editor"}}: select from public.articles

-- sound policy compares app_metadata role
create table public.articles (id bigint generated always as identity primary key, title text, published boolean not null default false);
alter table public.articles enable row level security;
create policy read on public.articles for select using (published);
create policy editors on public.articles for all to authenticated
  using ((auth.jwt() -> 'app_metadata' ->> 'role') = 'editor')
  with check ((auth.jwt() -> 'app_metadata' ->> 'role') = 'editor');
-- rows
insert into public.articles (title) values ('draft');
-- try
ann {"user_metadata": {"role":"editor"}}: select from public.articles
anon: select from public.articles
ann: insert into public.articles (title, published) values ('x', true)
ok ann {"app_metadata": {"role":"editor"}}: select from public.articles

-- open helper reads raw_user_meta_data
create function public.is_admin() returns boolean language sql stable security definer set search_path = '' as $$
  select coalesce((select (raw_user_meta_data ->> 'is_admin')::boolean from auth.users where id = auth.uid()), false)
$$;
create table public.settings (key text primary key, value jsonb not null);
alter table public.settings enable row level security;
create policy "admins manage settings" on public.settings for all to authenticated
  using (public.is_admin()) with check (public.is_admin());
-- rows
insert into public.settings values ('a', '1');
update auth.users set raw_user_meta_data = '{"is_admin": true}' where id = :ann;
-- try
ann: select from public.settings

-- sound helper reads raw_app_meta_data
create function public.is_admin() returns boolean language sql stable security definer set search_path = '' as $$
  select coalesce((select (raw_app_meta_data ->> 'is_admin')::boolean from auth.users where id = auth.uid()), false)
$$;
create table public.settings (key text primary key, value jsonb not null);
alter table public.settings enable row level security;
create policy "admins manage settings" on public.settings for all to authenticated
  using ((select public.is_admin())) with check ((select public.is_admin()));
-- rows
insert into public.settings values ('a', '1');
update auth.users set raw_user_meta_data = '{"is_admin": true}' where id = :ann;
-- try
ann: select from public.settings
ann: insert into public.settings values ('b', '1')
anon: select from public.settings

-- sound invitation bound to email of the token
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.team_members (team_id uuid not null references public.teams, user_id uuid not null references auth.users, primary key (team_id, user_id));
create index on public.team_members (user_id);
create table public.invites (id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams, user_id uuid not null references auth.users, accepted boolean not null default false);
create index on public.invites (team_id);
create index on public.invites (user_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.invites enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy team on public.teams for select to authenticated using (id in (select tm.team_id from public.team_members tm where tm.user_id = (select auth.uid())));
create policy invited on public.team_members for insert to authenticated
  with check (user_id = (select auth.uid()) and exists (select 1 from public.invites i where i.team_id = team_members.team_id and i.user_id = (select auth.uid())));
create policy see on public.invites for select to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.teams (id, name) values (:o2, 'b');
insert into public.team_members values (:o2, :bob);
insert into public.invites (team_id, user_id) values (:o2, :eve);
-- try
ann: insert into public.team_members values (:o2, :ann)
ann: select from public.invites
eve: insert into public.team_members values (:o2, :ann)
ok eve: insert into public.team_members values (:o2, :eve)

-- open revoke of a column after grant of the table
create table public.employees (id uuid primary key references auth.users, name text, salary numeric, manager_id uuid);
alter table public.employees enable row level security;
grant select on public.employees to authenticated;
revoke select (salary) on public.employees from authenticated, anon;
create policy directory on public.employees for select to authenticated using (true);
-- rows
insert into public.employees values (:bob, 'bob', 100, null);
-- try
ann: select salary from public.employees

-- sound directory with column grants
create table public.employees (id uuid primary key references auth.users, name text, salary numeric, manager_id uuid);
alter table public.employees enable row level security;
revoke select on public.employees from anon, authenticated;
grant select (id, name, manager_id) on public.employees to authenticated;
create policy directory on public.employees for select to authenticated using (true);
-- rows
insert into public.employees values (:bob, 'bob', 100, null);
-- try
ann: select salary from public.employees
anon: select id from public.employees
ok ann: select name from public.employees

-- open email claim decides on invited rows
create table public.contracts (id bigint generated always as identity primary key, signer_email text not null, body text);
alter table public.contracts enable row level security;
create policy "signers" on public.contracts for select to authenticated using (signer_email = auth.jwt() -> 'user_metadata' ->> 'email');
-- rows
insert into public.contracts (signer_email, body) values ('bob@example.org', 'x');
-- try
ann {"user_metadata": {"email":"bob@example.org"}}: select from public.contracts

-- open email domain by like
create table public.intranet (id bigint generated always as identity primary key, body text);
alter table public.intranet enable row level security;
create policy "staff only" on public.intranet for all to authenticated using (auth.email() like '%example.org');
-- rows
insert into public.intranet (body) values ('x');
-- try
ann {"email": "mallory@evilexample.org"}: select from public.intranet

-- sound domain claim in app_metadata
create table public.intranet (id bigint generated always as identity primary key, body text);
alter table public.intranet enable row level security;
create policy "staff only" on public.intranet for all to authenticated
  using (coalesce((select auth.jwt()) -> 'app_metadata' -> 'groups', '[]'::jsonb) ? 'staff');
-- rows
insert into public.intranet (body) values ('x');
-- try
ann {"email": "mallory@evilexample.org"}: select from public.intranet
ann {"user_metadata": {"groups":["staff"]}}: select from public.intranet
ok ann {"app_metadata": {"groups":["staff"]}}: select from public.intranet

-- sound custom claims hook
create type public.app_role as enum ('admin', 'moderator');
create table public.user_roles (user_id uuid primary key references auth.users on delete cascade, role public.app_role not null);
create table public.role_permissions (role public.app_role not null, permission text not null, primary key (role, permission));
alter table public.user_roles enable row level security;
alter table public.role_permissions enable row level security;
create function public.custom_access_token_hook(event jsonb) returns jsonb language plpgsql stable set search_path = '' as $$
declare
  claims jsonb := event -> 'claims';
  user_role public.app_role;
begin
  select role into user_role from public.user_roles where user_id = (event ->> 'user_id')::uuid;
  claims := jsonb_set(claims, '{user_role}', coalesce(to_jsonb(user_role), 'null'));
  return jsonb_set(event, '{claims}', claims);
end $$;
grant execute on function public.custom_access_token_hook to supabase_auth_admin;
revoke execute on function public.custom_access_token_hook from authenticated, anon, public;
grant all on table public.user_roles to supabase_auth_admin;
revoke all on table public.user_roles from authenticated, anon, public;
create policy "Allow auth admin to read user roles" on public.user_roles as permissive for select to supabase_auth_admin using (true);
create function public.authorize(requested text) returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
  n int;
  user_role public.app_role;
begin
  select (auth.jwt() ->> 'user_role')::public.app_role into user_role;
  select count(*) into n from public.role_permissions where permission = requested and role = user_role;
  return n > 0;
end $$;
create table public.channels (id bigint generated always as identity primary key, slug text not null);
alter table public.channels enable row level security;
create policy "read channels" on public.channels for select to authenticated using (true);
create policy "delete channels" on public.channels for delete to authenticated using ((select public.authorize('channels.delete')));
-- rows
insert into public.channels (slug) values ('x');
insert into public.role_permissions values ('admin', 'channels.delete');
-- try
ann: delete from public.channels
ann: select from public.user_roles
ann: insert into public.role_permissions values ('admin', 'x')
ok ann {"user_role": "admin"}: delete from public.channels

-- open custom claims hook trusts user metadata
create table public.channels (id bigint generated always as identity primary key, slug text not null);
alter table public.channels enable row level security;
create function public.authorize(requested text) returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
  user_role text;
begin
  user_role := auth.jwt() -> 'user_metadata' ->> 'role';
  return user_role = 'admin';
end $$;
create policy "read channels" on public.channels for select to authenticated using (true);
create policy "delete channels" on public.channels for delete to authenticated using ((select public.authorize('channels.delete')));
-- rows
insert into public.channels (slug) values ('x');
-- try
ann {"user_metadata": {"role":"admin"}}: delete from public.channels

-- open roles table writable by its user
create table public.user_roles (user_id uuid primary key references auth.users on delete cascade, role text not null default 'member');
alter table public.user_roles enable row level security;
create policy "own role" on public.user_roles for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create table public.audit (id bigint generated always as identity primary key, what text);
alter table public.audit enable row level security;
create policy "admins" on public.audit for select to authenticated using (exists (select 1 from public.user_roles r where r.user_id = (select auth.uid()) and r.role = 'admin'));
-- rows
insert into public.audit (what) values ('x');
-- try
ann: insert into public.user_roles values (:ann, 'admin') ;; select from public.audit

-- open admins table without row level security
create table public.admins (user_id uuid primary key references auth.users on delete cascade);
create table public.audit (id bigint generated always as identity primary key, what text);
alter table public.audit enable row level security;
create policy "admins" on public.audit for select to authenticated using (exists (select 1 from public.admins a where a.user_id = (select auth.uid())));
-- rows
insert into public.audit (what) values ('x');
-- try
ann: insert into public.admins values (:ann) ;; select from public.audit

-- sound anonymous users may not post
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, body text);
create index on public.posts (author_id);
alter table public.posts enable row level security;
create policy "read" on public.posts for select to anon, authenticated using (true);
create policy "post" on public.posts for insert to authenticated with check (author_id = (select auth.uid()));
create policy "no anonymous users" on public.posts as restrictive for insert to authenticated with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);
create policy "change" on public.posts for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
-- rows
insert into public.posts (author_id, body) values (:bob, 'x');
-- try
ann {"is_anonymous": true}: insert into public.posts (body) values ('x')
ann: update public.posts set body = 'y'
ann {"is_anonymous": false}: insert into public.posts (author_id) values (:bob)

-- open mfa by or
create table public.vaults (id bigint generated always as identity primary key, user_id uuid not null references auth.users, secret text);
create index on public.vaults (user_id);
alter table public.vaults enable row level security;
create policy "own with mfa" on public.vaults for all to authenticated using (user_id = (select auth.uid()) or (select auth.jwt() ->> 'aal') = 'aal2');
-- rows
insert into public.vaults (user_id, secret) values (:bob, 'x');
-- try
ann {"aal": "aal2"}: select from public.vaults

-- sound mfa restrictive
create table public.vaults (id bigint generated always as identity primary key, user_id uuid not null references auth.users, secret text);
create index on public.vaults (user_id);
alter table public.vaults enable row level security;
create policy "own" on public.vaults for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "mfa" on public.vaults as restrictive to authenticated using ((select auth.jwt() ->> 'aal') = 'aal2');
-- rows
insert into public.vaults (user_id, secret) values (:bob, 'x');
-- try
ann {"aal": "aal2"}: select from public.vaults
bob: select from public.vaults
ok bob {"aal": "aal2"}: select from public.vaults

-- open profile visible by org that the user chooses
create table public.profiles (id uuid primary key references auth.users, org_id uuid not null, name text);
create index on public.profiles (org_id);
alter table public.profiles enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.my_org() returns uuid language sql stable security definer set search_path = '' as $$ select org_id from public.profiles where id = (select auth.uid()) $$;
create policy "colleagues" on public.profiles for select to authenticated using (org_id = (select private.my_org()));
create policy "own" on public.profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
-- rows
insert into public.profiles values (:ann, :o1, 'a'), (:bob, :o2, 'b');
-- try
ann: update public.profiles set org_id = :o2

-- sound profile visible by org, org fixed
create table public.profiles (id uuid primary key references auth.users, org_id uuid not null, name text);
create index on public.profiles (org_id);
alter table public.profiles enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.my_org() returns uuid language sql stable security definer set search_path = '' as $$ select org_id from public.profiles where id = (select auth.uid()) $$;
create policy "colleagues" on public.profiles for select to authenticated using (org_id = (select private.my_org()));
create policy "own" on public.profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()) and org_id = (select private.my_org()));
-- rows
insert into public.profiles values (:ann, :o1, 'a'), (:bob, :o2, 'b');
-- try
ann: update public.profiles set org_id = :o2 where id = :ann
ann: select from public.profiles where id = :bob
ok ann: update public.profiles set name = 'x'

-- sound support tickets with staff role table
create table public.staff (user_id uuid primary key references auth.users on delete cascade, level int not null default 1);
alter table public.staff enable row level security;
create policy "self" on public.staff for select to authenticated using (user_id = (select auth.uid()));
create table public.tickets (id bigint generated always as identity primary key, opened_by uuid not null default auth.uid() references auth.users, assigned_to uuid references public.staff, subject text, state text not null default 'open');
create index on public.tickets (opened_by);
create index on public.tickets (assigned_to);
alter table public.tickets enable row level security;
create policy "customer reads" on public.tickets for select to authenticated using (opened_by = (select auth.uid()));
create policy "customer opens" on public.tickets for insert to authenticated with check (opened_by = (select auth.uid()) and assigned_to is null and state = 'open');
create policy "staff all" on public.tickets for all to authenticated
  using (exists (select 1 from public.staff s where s.user_id = (select auth.uid()) and s.level >= 1))
  with check (exists (select 1 from public.staff s where s.user_id = (select auth.uid()) and s.level >= 1));
-- rows
insert into public.staff values (:eve);
insert into public.tickets (opened_by, subject) values (:bob, 'x');
-- try
ann: select from public.tickets
ann: update public.tickets set state = 'closed'
ann: insert into public.staff values (:ann, 9)
ann: insert into public.tickets (opened_by) values (:bob)
ok eve: update public.tickets set state = 'closed'

-- sound HR staff of one department read all
create table public.departments (id bigint generated always as identity primary key, name text not null);
create table public.employees (user_id uuid primary key references auth.users, department_id bigint not null references public.departments);
create index on public.employees (department_id);
create table public.salaries (id bigint generated always as identity primary key, employee_id uuid not null references public.employees, department_id bigint not null references public.departments, amount numeric);
create index on public.salaries (employee_id);
create index on public.salaries (department_id);
alter table public.departments enable row level security;
alter table public.employees enable row level security;
alter table public.salaries enable row level security;
create policy "read" on public.departments for select to authenticated using (true);
create policy "self" on public.employees for select to authenticated using (user_id = (select auth.uid()));
create policy "own" on public.salaries for select to authenticated using (employee_id = (select auth.uid()));
create policy "hr" on public.salaries for select to authenticated
  using (exists (select 1 from public.employees e join public.departments d on d.id = e.department_id where e.user_id = (select auth.uid()) and d.name = 'HR'));
-- rows
insert into public.departments (name) values ('HR'), ('b');
insert into public.employees values (:ann, 2), (:bob, 1);
insert into public.salaries (employee_id, department_id, amount) values (:bob, 1, 1);
-- try
ann: select from public.salaries
ann: update public.employees set department_id = 1
ok bob: select from public.salaries

-- sound parent and child accounts
create table public.children (id uuid primary key default gen_random_uuid(), name text);
create table public.guardians (child_id uuid not null references public.children, user_id uuid not null references auth.users, primary key (child_id, user_id));
create index on public.guardians (user_id);
create table public.health_records (id bigint generated always as identity primary key, child_id uuid not null references public.children, note text, recorded_by uuid default auth.uid() references auth.users);
create index on public.health_records (child_id);
create index on public.health_records (recorded_by);
alter table public.children enable row level security;
alter table public.guardians enable row level security;
alter table public.health_records enable row level security;
create policy "self" on public.guardians for select to authenticated using (user_id = (select auth.uid()));
create policy "guardians" on public.children for select to authenticated using (exists (select from public.guardians g where g.child_id = children.id and g.user_id = (select auth.uid())));
create policy "guardians" on public.health_records for all to authenticated
  using (child_id = any (array(select g.child_id from public.guardians g where g.user_id = (select auth.uid()))))
  with check (child_id = any (array(select g.child_id from public.guardians g where g.user_id = (select auth.uid()))));
-- rows
insert into public.children values (:o1, 'a'), (:o2, 'b');
insert into public.guardians values (:o1, :ann), (:o2, :bob);
insert into public.health_records (child_id, note) values (:o2, 'x');
-- try
ann: select from public.health_records
ann: insert into public.health_records (child_id) values (:o2)
ann: select from public.children where id = :o2
ok ann: insert into public.health_records (child_id) values (:o1)

-- sound tenant in app_metadata with profiles
create table public.profiles (id uuid primary key references auth.users, tenant_id uuid not null, full_name text);
create index on public.profiles (tenant_id);
alter table public.profiles enable row level security;
create function public.tenant_id() returns uuid language sql stable set search_path = '' as $$ select nullif((auth.jwt() -> 'app_metadata' ->> 'tenant_id'), '')::uuid $$;
create policy "tenant" on public.profiles for select to authenticated using (tenant_id = (select public.tenant_id()));
create policy "self" on public.profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()) and tenant_id = (select public.tenant_id()));
create table public.customers (id bigint generated always as identity primary key, tenant_id uuid not null default public.tenant_id(), name text);
create index on public.customers (tenant_id);
alter table public.customers enable row level security;
create policy "tenant" on public.customers for all to authenticated using (tenant_id = (select public.tenant_id())) with check (tenant_id = (select public.tenant_id()));
-- rows
insert into public.profiles values (:ann, :o1, 'a'), (:bob, :o2, 'b');
insert into public.customers (tenant_id, name) values (:o2, 'x');
-- try
ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: select from public.customers
ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: insert into public.customers (tenant_id) values (:o2)
ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: update public.profiles set tenant_id = :o2
ann: select from public.customers
ok ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: insert into public.customers (name) values ('x')

-- open select own or with a flag of the caller's own profile
create table public.profiles (id uuid primary key references auth.users, is_coach boolean not null default false);
alter table public.profiles enable row level security;
create policy "own" on public.profiles for all to authenticated using (id = (select auth.uid()));
create table public.workouts (id bigint generated always as identity primary key, user_id uuid not null references auth.users);
create index on public.workouts (user_id);
alter table public.workouts enable row level security;
create policy "coaches" on public.workouts for select to authenticated using (user_id = (select auth.uid()) or exists (select 1 from public.profiles p where p.id = (select auth.uid()) and p.is_coach));
-- rows
insert into public.workouts (user_id) values (:bob);
-- try
ann: insert into public.profiles values (:ann, true) ;; select from public.workouts

-- open helper reads role that users may change
create table public.users (id uuid primary key references auth.users, email text, access text not null default 'basic');
alter table public.users enable row level security;
create policy "own read" on public.users for select to authenticated using (id = (select auth.uid()));
create policy "own update" on public.users for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create schema private; grant usage on schema private to authenticated;
create function private.my_access() returns text language plpgsql stable security definer set search_path = '' as $$
declare
  found text;
begin
  select u.access into found from public.users u where u.id = auth.uid();
  return found;
end $$;
create table public.reports (id bigint generated always as identity primary key, body text);
alter table public.reports enable row level security;
create policy "full access" on public.reports for select to authenticated using ((select private.my_access()) = 'full');
-- rows
insert into public.users values (:ann, 'a');
insert into public.reports (body) values ('x');
-- try
ann: update public.users set access = 'full' where id = :ann ;; select from public.reports

-- open tenant chosen in own profile, used through sub-select
create table public.profiles (id uuid primary key references auth.users, company_id uuid, name text);
create index on public.profiles (company_id);
alter table public.profiles enable row level security;
create policy "own" on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy "own update" on public.profiles for update to authenticated using (id = (select auth.uid()));
create table public.invoices (id bigint generated always as identity primary key, company_id uuid not null);
create index on public.invoices (company_id);
alter table public.invoices enable row level security;
create policy "company" on public.invoices for all to authenticated using (company_id = (select p.company_id from public.profiles p where p.id = (select auth.uid())));
-- rows
insert into public.profiles values (:ann, :o1);
insert into public.invoices (company_id) values (:o2);
-- try
ann: update public.profiles set company_id = :o2 where id = :ann ;; select from public.invoices

-- sound onboarding flag in own profile used to show the directory
create table public.profiles (id uuid primary key references auth.users, nick text, wants_mail boolean not null default false);
alter table public.profiles enable row level security;
create policy own on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy change on public.profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create table public.news (id bigint generated always as identity primary key, title text, audience text not null default 'all');
alter table public.news enable row level security;
create policy "for all" on public.news for select to authenticated using (audience = 'all');
-- rows
insert into public.news (audience) values ('staff');
insert into public.profiles values (:bob);
-- try
ann: select from public.news
ann: select from public.profiles

-- sound profile id differs from user id
CREATE TABLE public.profiles (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL UNIQUE REFERENCES auth.users, handle text UNIQUE);
CREATE TABLE public.bookmarks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, profile_id uuid NOT NULL REFERENCES public.profiles, url text);
CREATE INDEX ON public.bookmarks (profile_id);
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bookmarks ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Profiles are public" ON public.profiles FOR SELECT TO anon, authenticated USING (true);
CREATE POLICY "Create own profile" ON public.profiles FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Own bookmarks" ON public.bookmarks FOR ALL TO authenticated
  USING (profile_id IN (SELECT p.id FROM public.profiles p WHERE p.user_id = (SELECT auth.uid())))
  WITH CHECK (profile_id IN (SELECT p.id FROM public.profiles p WHERE p.user_id = (SELECT auth.uid())));
-- rows
INSERT INTO public.profiles (id, user_id) VALUES (:o1, :ann), (:o2, :bob);
INSERT INTO public.bookmarks (profile_id, url) VALUES (:o2, 'x');
-- try
ann: select from public.bookmarks
ann: insert into public.bookmarks (profile_id) values (:o2)
ann: update public.profiles set handle = 'x'
ok ann: insert into public.bookmarks (profile_id) values (:o1)

-- open profile id differs, subselect lost the user
CREATE TABLE public.profiles (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL UNIQUE REFERENCES auth.users, handle text UNIQUE);
CREATE TABLE public.bookmarks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, profile_id uuid NOT NULL REFERENCES public.profiles, url text);
CREATE INDEX ON public.bookmarks (profile_id);
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bookmarks ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Profiles are public" ON public.profiles FOR SELECT TO anon, authenticated USING (true);
CREATE POLICY "Own bookmarks" ON public.bookmarks FOR ALL TO authenticated
  USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = bookmarks.profile_id));
-- rows
INSERT INTO public.profiles (id, user_id) VALUES (:o1, :ann), (:o2, :bob);
INSERT INTO public.bookmarks (profile_id, url) VALUES (:o2, 'x');
-- try
ann: select from public.bookmarks

-- sound referral codes and shared secrets by header claims
CREATE TABLE public.referrals (code text PRIMARY KEY, owner_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, uses int NOT NULL DEFAULT 0);
CREATE INDEX ON public.referrals (owner_id);
ALTER TABLE public.referrals ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.referrals FROM anon, authenticated;
GRANT SELECT, INSERT (code), DELETE ON public.referrals TO authenticated;
CREATE POLICY "mine" ON public.referrals FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));
CREATE POLICY "new" ON public.referrals FOR INSERT TO authenticated WITH CHECK (owner_id = (SELECT auth.uid()) AND length(code) BETWEEN 6 AND 12);
CREATE POLICY "drop" ON public.referrals FOR DELETE TO authenticated USING (owner_id = (SELECT auth.uid()) AND uses = 0);
-- rows
INSERT INTO public.referrals VALUES ('bobbob', :bob);
-- try
ann: select from public.referrals
ann: insert into public.referrals (code, uses) values ('annann', 10)
ann: delete from public.referrals
ok ann: insert into public.referrals (code) values ('annann')
