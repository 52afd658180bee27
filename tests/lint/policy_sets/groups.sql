-- sound orgs with helper has_role
create type public.org_role as enum ('owner', 'admin', 'member');
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null, slug text unique);
create table public.memberships (
  org_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role public.org_role not null default 'member',
  primary key (org_id, user_id)
);
create index on public.memberships (user_id);
alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
create schema private;
grant usage on schema private to authenticated;
create function private.has_org_role(_org uuid, variadic _roles public.org_role[]) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select 1 from public.memberships m
    where m.org_id = _org and m.user_id = (select auth.uid()) and (cardinality(_roles) = 0 or m.role = any (_roles))
  )
$$;
create policy "members see org" on public.organizations for select to authenticated
  using ((select private.has_org_role(id, 'owner', 'admin', 'member')));
create policy "owners update org" on public.organizations for update to authenticated
  using ((select private.has_org_role(id, 'owner'))) with check ((select private.has_org_role(id, 'owner')));
create policy "members see members" on public.memberships for select to authenticated
  using ((select private.has_org_role(org_id, 'owner', 'admin', 'member')));
create policy "admins add members" on public.memberships for insert to authenticated
  with check ((select private.has_org_role(org_id, 'owner')) or (role = 'member' and (select private.has_org_role(org_id, 'admin'))));
create policy "owners remove members" on public.memberships for delete to authenticated
  using ((select private.has_org_role(org_id, 'owner')) or user_id = (select auth.uid()));
-- rows
insert into public.organizations (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.memberships values (:o1, :ann, 'member'), (:o2, :bob, 'owner');
-- try
ann: select from public.organizations where id = :o2
ann: update public.organizations set name = 'x'
ann: insert into public.memberships values (:o2, :ann, 'owner')
ann: insert into public.memberships values (:o1, :eve, 'member')
ann: delete from public.memberships where user_id <> :ann
ann: update public.memberships set role = 'owner'
ok ann: select from public.organizations where id = :o1
ok bob: insert into public.memberships values (:o2, :eve, 'member')

-- open membership inserted by anyone for himself
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table public.memberships (
  org_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null default 'member',
  primary key (org_id, user_id)
);
create index on public.memberships (user_id);
alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
create policy "members see org" on public.organizations for select to authenticated
  using (exists (select 1 from public.memberships m where m.org_id = organizations.id and m.user_id = (select auth.uid())));
create policy "see own memberships" on public.memberships for select to authenticated using (user_id = (select auth.uid()));
create policy "join org" on public.memberships for insert to authenticated with check (user_id = (select auth.uid()));
-- rows
insert into public.organizations (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.memberships values (:o2, :bob, 'owner');
-- try
ann: insert into public.memberships values (:o2, :ann, 'owner') ;; select from public.organizations where id = :o2

-- open member updates own membership role
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table public.memberships (
  org_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null default 'member',
  primary key (org_id, user_id)
);
create index on public.memberships (user_id);
alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
create policy "members see org" on public.organizations for select to authenticated
  using (id in (select m.org_id from public.memberships m where m.user_id = (select auth.uid())));
create policy "owners change org" on public.organizations for update to authenticated
  using (id in (select m.org_id from public.memberships m where m.user_id = (select auth.uid()) and m.role = 'owner'));
create policy "see own memberships" on public.memberships for select to authenticated using (user_id = (select auth.uid()));
create policy "change own membership" on public.memberships for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.organizations (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.memberships values (:o1, :ann, 'member'), (:o2, :bob, 'owner');
-- try
ann: update public.memberships set role = 'owner' where user_id = :ann ;; update public.organizations set name = 'x'
ann: update public.memberships set org_id = :o2 where user_id = :ann ;; select from public.organizations where id = :o2

-- sound member updates only notification settings of membership
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table public.memberships (
  org_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null default 'member', notify boolean not null default true,
  primary key (org_id, user_id)
);
create index on public.memberships (user_id);
alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
revoke insert, update, delete, truncate on public.memberships, public.organizations from anon, authenticated;
grant select on public.organizations, public.memberships to authenticated;
grant update (notify) on public.memberships to authenticated;
create policy "members see org" on public.organizations for select to authenticated
  using (id in (select m.org_id from public.memberships m where m.user_id = (select auth.uid())));
create policy "see own memberships" on public.memberships for select to authenticated using (user_id = (select auth.uid()));
create policy "change own membership" on public.memberships for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.organizations (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.memberships values (:o1, :ann, 'member'), (:o2, :bob, 'owner');
-- try
ann: update public.memberships set role = 'owner' where user_id = :ann
ann: update public.memberships set org_id = :o2 where user_id = :ann
ann: update public.memberships set notify = false where user_id <> :ann
ok ann: update public.memberships set notify = false where user_id = :ann

-- open name capture in exists
create table public.teams (id bigint generated always as identity primary key, name text not null);
create table public.team_members (team_id bigint not null references public.teams on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (team_id, user_id));
create index on public.team_members (user_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "members" on public.teams for select to authenticated using (
  exists (select 1 from public.team_members tm where tm.team_id = team_id and tm.user_id = (select auth.uid())));
-- rows
insert into public.teams (name) values ('a'), ('b');
insert into public.team_members values (1, :ann), (2, :bob);
-- try
ann: select from public.teams where id = 2

-- open name capture by id
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.team_members (id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams on delete cascade, user_id uuid not null references auth.users on delete cascade, unique (team_id, user_id));
create index on public.team_members (user_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "update by members" on public.teams for update to authenticated using (
  exists (select 1 from public.team_members where team_id = team_members.team_id and user_id = auth.uid()));
create policy "read by members" on public.teams for select to authenticated using (
  id in (select team_id from public.team_members where user_id = auth.uid()));
-- rows
insert into public.teams (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.team_members (team_id, user_id) values (:o1, :ann), (:o2, :bob);
-- try
ann: update public.teams set name = 'x'
ann: update public.teams set name = 'hacked' ;; reset: select from public.teams where id = :o2 and name = 'hacked'

-- sound team tables with unqualified names that resolve outside
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.team_members (team_id uuid not null references public.teams on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (team_id, user_id));
create index on public.team_members (user_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "members" on public.teams for all to authenticated using (
  exists (select 1 from public.team_members where team_id = id and user_id = (select auth.uid())));
-- rows
insert into public.teams (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.team_members (team_id, user_id) values (:o1, :ann), (:o2, :bob);
-- try
ann: select from public.teams where id = :o2
ann: update public.teams set name = 'x' where id = :o2
ann: update public.teams set id = :o2 where id = :o1
ok ann: select from public.teams where id = :o1

-- open helper is_member ignores its argument
create table public.projects (id uuid primary key default gen_random_uuid(), name text not null);
create table public.project_members (project_id uuid not null references public.projects on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (project_id, user_id));
create index on public.project_members (user_id);
alter table public.projects enable row level security;
alter table public.project_members enable row level security;
create or replace function public.is_project_member(project_id uuid) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from project_members where project_id = project_id and user_id = auth.uid());
$$;
create policy "members read" on public.projects for select to authenticated using (public.is_project_member(id));
create policy "members read members" on public.project_members for select to authenticated using (public.is_project_member(project_id));
-- rows
insert into public.projects (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.project_members values (:o1, :ann), (:o2, :bob);
-- try
ann: select from public.projects where id = :o2

-- open plpgsql helper ignores its argument
create table public.projects (id uuid primary key default gen_random_uuid(), name text not null);
create table public.project_members (project_id uuid not null references public.projects on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (project_id, user_id));
create index on public.project_members (user_id);
alter table public.projects enable row level security;
alter table public.project_members enable row level security;
create or replace function public.is_project_member(_project uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select 1 from public.project_members pm where pm.user_id = auth.uid());
end $$;
create policy "members read" on public.projects for select to authenticated using (public.is_project_member(id));
create policy "members read members" on public.project_members for select to authenticated using (public.is_project_member(project_id));
-- rows
insert into public.projects (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.project_members values (:o1, :ann), (:o2, :bob);
-- try
ann: select from public.projects where id = :o2

-- sound plpgsql helper with count
create table public.projects (id uuid primary key default gen_random_uuid(), name text not null);
create table public.project_members (project_id uuid not null references public.projects on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (project_id, user_id));
create index on public.project_members (user_id);
alter table public.projects enable row level security;
alter table public.project_members enable row level security;
create or replace function public.is_project_member(_project uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  n int;
begin
  if auth.uid() is null then
    return false;
  end if;
  select count(*) into n from public.project_members pm where pm.project_id = _project and pm.user_id = auth.uid();
  return n > 0;
end $$;
create policy "members read" on public.projects for select to authenticated using (public.is_project_member(id));
create policy "members read members" on public.project_members for select to authenticated using (public.is_project_member(project_id));
-- rows
insert into public.projects (id, name) values (:o1, 'a'), (:o2, 'b');
insert into public.project_members values (:o1, :ann), (:o2, :bob);
-- try
ann: select from public.projects where id = :o2
anon: select from public.projects
ok ann: select from public.projects

-- open helper takes the user as argument, policy passes owner
create table public.projects (id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users, name text not null);
create index on public.projects (owner_id);
create table public.admins (user_id uuid primary key references auth.users);
alter table public.admins enable row level security;
alter table public.projects enable row level security;
create function public.is_admin(uid uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.admins a where a.user_id = uid) $$;
create policy "owner" on public.projects for all to authenticated using (owner_id = (select auth.uid()));
create policy "admin" on public.projects for all to authenticated using (public.is_admin(owner_id));
-- rows
insert into public.admins values (:bob);
insert into public.projects (owner_id, name) values (:bob, 'x'), (:eve, 'y');
-- try
ann: select from public.projects where owner_id = :bob

-- sound helper takes the user as argument, policy passes caller
create table public.projects (id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users, name text not null);
create index on public.projects (owner_id);
create table public.admins (user_id uuid primary key references auth.users);
alter table public.admins enable row level security;
alter table public.projects enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.is_admin(uid uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.admins a where a.user_id = uid) $$;
create policy "owner" on public.projects for all to authenticated using (owner_id = (select auth.uid()));
create policy "admin" on public.projects for all to authenticated using (private.is_admin((select auth.uid())));
-- rows
insert into public.admins values (:bob);
insert into public.projects (owner_id, name) values (:bob, 'x'), (:eve, 'y');
-- try
ann: select from public.projects
ann: insert into public.admins values (:ann)
ok bob: select from public.projects where owner_id = :eve

-- open invitation accepted by anybody
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.team_members (team_id uuid not null references public.teams, user_id uuid not null references auth.users, primary key (team_id, user_id));
create index on public.team_members (user_id);
create table public.invites (id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams, email text not null, accepted boolean not null default false);
create index on public.invites (team_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.invites enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy team on public.teams for select to authenticated using (id in (select tm.team_id from public.team_members tm where tm.user_id = (select auth.uid())));
create policy invited on public.team_members for insert to authenticated
  with check (user_id = (select auth.uid()) and exists (select 1 from public.invites i where i.team_id = team_members.team_id));
create policy see on public.invites for select to authenticated using (true);
-- rows
insert into public.teams (id, name) values (:o2, 'b');
insert into public.team_members values (:o2, :bob);
insert into public.invites (team_id, email) values (:o2, 'eve@example.org');
-- try
ann: insert into public.team_members values (:o2, :ann) ;; select from public.teams

-- open membership without role column joined by anyone
create table public.clubs (id uuid primary key default gen_random_uuid(), name text not null);
create table public.club_members (club_id uuid not null references public.clubs on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (club_id, user_id));
create index on public.club_members (user_id);
create table public.club_posts (id bigint generated always as identity primary key, club_id uuid not null references public.clubs on delete cascade, body text);
create index on public.club_posts (club_id);
alter table public.clubs enable row level security;
alter table public.club_members enable row level security;
alter table public.club_posts enable row level security;
create policy "own" on public.club_members for select to authenticated using (user_id = (select auth.uid()));
create policy "join" on public.club_members for insert to authenticated with check (user_id = (select auth.uid()));
create policy "posts" on public.club_posts for select to authenticated
  using (exists (select 1 from public.club_members m where m.club_id = club_posts.club_id and m.user_id = (select auth.uid())));
-- rows
insert into public.clubs values (:o2, 'b');
insert into public.club_posts (club_id, body) values (:o2, 'secret');
-- try
ann: insert into public.club_members values (:o2, :ann) ;; select from public.club_posts

-- sound open clubs joined by request row
create table public.clubs (id uuid primary key default gen_random_uuid(), name text not null, owner_id uuid not null references auth.users);
create index on public.clubs (owner_id);
create table public.club_requests (club_id uuid not null references public.clubs on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (club_id, user_id));
create index on public.club_requests (user_id);
create table public.club_members (club_id uuid not null references public.clubs on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (club_id, user_id));
create index on public.club_members (user_id);
alter table public.clubs enable row level security;
alter table public.club_requests enable row level security;
alter table public.club_members enable row level security;
create policy "clubs are public" on public.clubs for select to authenticated using (true);
create policy "own request" on public.club_requests for select to authenticated using (user_id = (select auth.uid()));
create policy "ask" on public.club_requests for insert to authenticated with check (user_id = (select auth.uid()));
create policy "withdraw" on public.club_requests for delete to authenticated using (user_id = (select auth.uid()));
create policy "owner sees requests" on public.club_requests for select to authenticated
  using (club_id in (select c.id from public.clubs c where c.owner_id = (select auth.uid())));
create policy "own membership" on public.club_members for select to authenticated using (user_id = (select auth.uid()));
create policy "owner lets in" on public.club_members for insert to authenticated
  with check (club_id in (select c.id from public.clubs c where c.owner_id = (select auth.uid())));
create policy "leave" on public.club_members for delete to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.clubs values (:o2, 'b', :bob);
insert into public.club_requests values (:o2, :eve);
-- try
ann: insert into public.club_members values (:o2, :ann)
ann: insert into public.club_requests values (:o2, :bob)
ann: select from public.club_requests
ann: delete from public.club_requests
ok ann: insert into public.club_requests values (:o2, :ann)
ok bob: insert into public.club_members values (:o2, :eve)

-- open tenant moved by update without with check on group
create table public.tenants (id uuid primary key, name text);
create table public.tenant_users (tenant_id uuid not null references public.tenants, user_id uuid not null references auth.users, primary key (tenant_id, user_id));
create index on public.tenant_users (user_id);
create table public.invoices (id bigint generated always as identity primary key, tenant_id uuid not null references public.tenants, created_by uuid not null references auth.users, amount int);
create index on public.invoices (tenant_id);
create index on public.invoices (created_by);
alter table public.tenants enable row level security;
alter table public.tenant_users enable row level security;
alter table public.invoices enable row level security;
create policy own on public.tenant_users for select to authenticated using (user_id = (select auth.uid()));
create policy read on public.invoices for select to authenticated using (tenant_id in (select tu.tenant_id from public.tenant_users tu where tu.user_id = (select auth.uid())));
create policy edit on public.invoices for update to authenticated
  using (tenant_id in (select tu.tenant_id from public.tenant_users tu where tu.user_id = (select auth.uid())))
  with check (created_by = (select auth.uid()));
-- rows
insert into public.tenants values (:o1, 'a'), (:o2, 'b');
insert into public.tenant_users values (:o1, :ann), (:o2, :bob);
insert into public.invoices (tenant_id, created_by, amount) values (:o1, :ann, 1);
-- try
ann: update public.invoices set tenant_id = :o2 ;; reset: select from public.invoices where tenant_id = :o2

-- sound restrictive tenant boundary
create table public.docs (id bigint generated always as identity primary key, tenant_id uuid not null, owner_id uuid not null references auth.users, is_public boolean not null default false);
create index on public.docs (tenant_id);
create index on public.docs (owner_id);
alter table public.docs enable row level security;
create policy tenant on public.docs as restrictive to authenticated using (tenant_id = ((select auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid) with check (tenant_id = ((select auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
create policy see on public.docs for select to authenticated using (is_public or owner_id = (select auth.uid()));
create policy edit on public.docs for update to authenticated using (owner_id = (select auth.uid()));
create policy add on public.docs for insert to authenticated with check (owner_id = (select auth.uid()));
-- rows
insert into public.docs (tenant_id, owner_id, is_public) values (:o2, :bob, true), (:o2, :ann, false);
-- try
ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: select from public.docs
ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: insert into public.docs (tenant_id, owner_id) values (:o2, :ann)
ann: select from public.docs
ok ann {"app_metadata": {"tenant_id":"aaaaaaaa-1111-4000-8000-000000000001"}}: insert into public.docs (tenant_id, owner_id) values (:o1, :ann)

-- sound org hierarchy with member and admin
create table public.companies (id uuid primary key default gen_random_uuid(), name text);
create table public.company_users (company_id uuid not null references public.companies, user_id uuid not null references auth.users, is_admin boolean not null default false, primary key (company_id, user_id));
create index on public.company_users (user_id);
create table public.departments (id uuid primary key default gen_random_uuid(), company_id uuid not null references public.companies, name text);
create index on public.departments (company_id);
create table public.budgets (id uuid primary key default gen_random_uuid(), department_id uuid not null references public.departments, amount numeric);
create index on public.budgets (department_id);
alter table public.companies enable row level security;
alter table public.company_users enable row level security;
alter table public.departments enable row level security;
alter table public.budgets enable row level security;
create policy own on public.company_users for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.departments for select to authenticated using (company_id in (select cu.company_id from public.company_users cu where cu.user_id = (select auth.uid())));
create policy manage on public.budgets for all to authenticated
  using (exists (select 1 from public.departments d join public.company_users cu on cu.company_id = d.company_id where d.id = budgets.department_id and cu.user_id = (select auth.uid()) and cu.is_admin));
-- rows
insert into public.companies values (:o1, 'a'), (:o2, 'b');
insert into public.company_users values (:o1, :ann, true), (:o2, :bob, true);
insert into public.departments values (:o1, :o1, 'd1'), (:o2, :o2, 'd2');
insert into public.budgets (department_id, amount) values (:o2, 1), (:o1, 1);
-- try
ann: select from public.budgets where department_id = :o2
ann: update public.budgets set department_id = :o2
ann: insert into public.budgets (department_id) values (:o2)
ann: select from public.departments where company_id = :o2
ok ann: update public.budgets set amount = 2

-- open org hierarchy join forgets the department
create table public.companies (id uuid primary key default gen_random_uuid(), name text);
create table public.company_users (company_id uuid not null references public.companies, user_id uuid not null references auth.users, is_admin boolean not null default false, primary key (company_id, user_id));
create index on public.company_users (user_id);
create table public.departments (id uuid primary key default gen_random_uuid(), company_id uuid not null references public.companies, name text);
create index on public.departments (company_id);
create table public.budgets (id uuid primary key default gen_random_uuid(), department_id uuid not null references public.departments, amount numeric);
create index on public.budgets (department_id);
alter table public.companies enable row level security;
alter table public.company_users enable row level security;
alter table public.departments enable row level security;
alter table public.budgets enable row level security;
create policy own on public.company_users for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.departments for select to authenticated using (company_id in (select cu.company_id from public.company_users cu where cu.user_id = (select auth.uid())));
create policy manage on public.budgets for all to authenticated
  using (exists (select 1 from public.departments d join public.company_users cu on cu.company_id = d.company_id where cu.user_id = (select auth.uid()) and cu.is_admin));
-- rows
insert into public.companies values (:o1, 'a'), (:o2, 'b');
insert into public.company_users values (:o1, :ann, true), (:o2, :bob, true);
insert into public.departments values (:o1, :o1, 'd1'), (:o2, :o2, 'd2');
insert into public.budgets (department_id, amount) values (:o2, 1), (:o1, 1);
-- try
ann: select from public.budgets where department_id = :o2

-- open org hierarchy join on the wrong pair
create table public.companies (id uuid primary key default gen_random_uuid(), name text);
create table public.company_users (company_id uuid not null references public.companies, user_id uuid not null references auth.users, primary key (company_id, user_id));
create index on public.company_users (user_id);
create table public.departments (id uuid primary key default gen_random_uuid(), company_id uuid not null references public.companies, name text);
create index on public.departments (company_id);
create table public.budgets (id uuid primary key default gen_random_uuid(), department_id uuid not null references public.departments, amount numeric);
create index on public.budgets (department_id);
alter table public.companies enable row level security;
alter table public.company_users enable row level security;
alter table public.departments enable row level security;
alter table public.budgets enable row level security;
create policy own on public.company_users for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.departments for select to authenticated using (true);
create policy manage on public.budgets for select to authenticated
  using (exists (select 1 from public.departments d, public.company_users cu where d.id = budgets.department_id and cu.user_id = (select auth.uid())));
-- rows
insert into public.companies values (:o1, 'a'), (:o2, 'b');
insert into public.company_users values (:o1, :ann), (:o2, :bob);
insert into public.departments values (:o1, :o1, 'd1'), (:o2, :o2, 'd2');
insert into public.budgets (department_id, amount) values (:o2, 1), (:o1, 1);
-- try
ann: select from public.budgets where department_id = :o2

-- sound membership insert tied to own org
create table public.orgs (id uuid primary key default gen_random_uuid(), name text not null, created_by uuid not null default auth.uid() references auth.users);
create index on public.orgs (created_by);
create table public.org_members (org_id uuid not null references public.orgs on delete cascade, user_id uuid not null references auth.users on delete cascade, role text not null default 'member', primary key (org_id, user_id));
create index on public.org_members (user_id);
create table public.docs (id bigint generated always as identity primary key, org_id uuid not null references public.orgs, body text);
create index on public.docs (org_id);
alter table public.orgs enable row level security;
alter table public.org_members enable row level security;
alter table public.docs enable row level security;
create policy "create" on public.orgs for insert to authenticated with check (created_by = (select auth.uid()));
create policy "see" on public.orgs for select to authenticated using (created_by = (select auth.uid()));
create policy "own" on public.org_members for select to authenticated using (user_id = (select auth.uid()));
create policy "owner adds" on public.org_members for insert to authenticated with check (exists (select 1 from public.orgs o where o.id = org_members.org_id and o.created_by = (select auth.uid())));
create policy "docs" on public.docs for all to authenticated
  using (org_id in (select m.org_id from public.org_members m where m.user_id = (select auth.uid())))
  with check (org_id in (select m.org_id from public.org_members m where m.user_id = (select auth.uid()) and m.role in ('owner', 'editor')));
-- rows
insert into public.orgs (id, name, created_by) values (:o2, 'b', :bob);
insert into public.docs (org_id, body) values (:o2, 'x');
-- try
ann: insert into public.org_members values (:o2, :ann, 'owner')
ann: select from public.docs
ann: insert into public.docs (org_id) values (:o2)
ok bob: insert into public.org_members values (:o2, :eve)

-- sound department heads join
create table public.departments (id bigint generated always as identity primary key, name text not null);
create table public.department_heads (department_id bigint not null references public.departments, user_id uuid not null references auth.users, primary key (department_id, user_id));
create index on public.department_heads (user_id);
create table public.leave_requests (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, department_id bigint not null references public.departments, days int not null, status text not null default 'pending');
create index on public.leave_requests (user_id);
create index on public.leave_requests (department_id);
alter table public.departments enable row level security;
alter table public.department_heads enable row level security;
alter table public.leave_requests enable row level security;
create policy "read" on public.departments for select to authenticated using (true);
create policy "self" on public.department_heads for select to authenticated using (user_id = (select auth.uid()));
create policy "own" on public.leave_requests for select to authenticated using (user_id = (select auth.uid()));
create policy "ask" on public.leave_requests for insert to authenticated with check (user_id = (select auth.uid()) and status = 'pending');
create policy "heads read" on public.leave_requests for select to authenticated
  using (exists (select 1 from public.department_heads h join public.departments d on d.id = h.department_id where d.id = leave_requests.department_id and h.user_id = (select auth.uid())));
create policy "heads decide" on public.leave_requests for update to authenticated
  using (exists (select 1 from public.department_heads h where h.department_id = leave_requests.department_id and h.user_id = (select auth.uid())))
  with check (exists (select 1 from public.department_heads h where h.department_id = leave_requests.department_id and h.user_id = (select auth.uid())) and status in ('approved', 'denied'));
-- rows
insert into public.departments (name) values ('a'), ('b');
insert into public.department_heads values (1, :ann), (2, :bob);
insert into public.leave_requests (user_id, department_id, days) values (:eve, 2, 1), (:eve, 1, 1);
-- try
ann: select from public.leave_requests where department_id = 2
ann: update public.leave_requests set department_id = 2, status = 'approved'
ann: insert into public.leave_requests (department_id, days, status) values (1, 1, 'approved')
ok ann: update public.leave_requests set status = 'approved' where department_id = 1

-- sound collaborators with roles enum and helper with two parameters
create type public.board_role as enum ('viewer', 'editor', 'owner');
create table public.boards (id uuid primary key default gen_random_uuid(), title text);
create table public.board_members (board_id uuid not null references public.boards on delete cascade, profile_id uuid not null references auth.users on delete cascade, role public.board_role not null, primary key (board_id, profile_id));
create index on public.board_members (profile_id);
create table public.cards (id bigint generated always as identity primary key, board_id uuid not null references public.boards on delete cascade, title text);
create index on public.cards (board_id);
alter table public.boards enable row level security;
alter table public.board_members enable row level security;
alter table public.cards enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.role_on(board uuid) returns public.board_role language sql stable security definer set search_path = '' as
$$ select role from public.board_members where board_id = board and profile_id = auth.uid() $$;
create policy "view" on public.boards for select to authenticated using (private.role_on(id) is not null);
create policy "rename" on public.boards for update to authenticated using (private.role_on(id) >= 'editor') with check (private.role_on(id) >= 'editor');
create policy "members" on public.board_members for select to authenticated using (private.role_on(board_id) is not null);
create policy "owner manages" on public.board_members for all to authenticated using (private.role_on(board_id) = 'owner') with check (private.role_on(board_id) = 'owner');
create policy "cards" on public.cards for select to authenticated using (private.role_on(board_id) is not null);
create policy "edit cards" on public.cards for all to authenticated using (private.role_on(board_id) in ('editor', 'owner')) with check (private.role_on(board_id) in ('editor', 'owner'));
-- rows
insert into public.boards values (:o1, 'a'), (:o2, 'b');
insert into public.board_members values (:o1, :ann, 'viewer'), (:o2, :bob, 'owner');
insert into public.cards (board_id) values (:o1), (:o2);
-- try
ann: select from public.cards where board_id = :o2
ann: update public.cards set title = 'x'
ann: update public.board_members set role = 'owner'
ann: insert into public.board_members values (:o2, :ann, 'owner')
ok ann: select from public.boards
ok bob: insert into public.board_members values (:o2, :eve, 'editor')

-- open delete by group without binding
create table public.groups (id uuid primary key, name text);
create table public.group_members (group_id uuid not null references public.groups, user_id uuid not null references auth.users, role text not null default 'member', primary key (group_id, user_id));
create index on public.group_members (user_id);
alter table public.groups enable row level security;
alter table public.group_members enable row level security;
create policy own on public.group_members for select to authenticated using (user_id = (select auth.uid()));
create policy see on public.groups for select to authenticated using (true);
create policy del on public.groups for delete to authenticated using ('admin' in (select gm.role from public.group_members gm where gm.user_id = (select auth.uid())));
-- rows
insert into public.groups values (:o1, 'a'), (:o2, 'b');
insert into public.group_members values (:o1, :ann, 'admin');
-- try
ann: delete from public.groups where id = :o2

-- open insert checks membership in any org, helper array
create table public.orgs (id uuid primary key, name text);
create table public.members (org_id uuid not null references public.orgs, user_id uuid not null references auth.users, primary key (org_id, user_id));
create index on public.members (user_id);
create table public.files (id bigint generated always as identity primary key, org_id uuid not null references public.orgs, path text);
create index on public.files (org_id);
alter table public.orgs enable row level security;
alter table public.members enable row level security;
alter table public.files enable row level security;
create policy own on public.members for select to authenticated using (user_id = (select auth.uid()));
create function public.has_any_org() returns boolean language sql stable set search_path = '' as $$ select exists (select 1 from public.members m where m.user_id = (select auth.uid())) $$;
create policy "read" on public.files for select to authenticated using (org_id in (select m.org_id from public.members m where m.user_id = (select auth.uid())));
create policy "add" on public.files for insert to authenticated with check ((select public.has_any_org()));
-- rows
insert into public.orgs values (:o1, 'a'), (:o2, 'b');
insert into public.members values (:o1, :ann);
-- try
ann: insert into public.files (org_id) values (:o2)

-- sound org id from app_metadata array
create table public.files (id bigint generated always as identity primary key, org_id uuid not null, path text);
create index on public.files (org_id);
alter table public.files enable row level security;
create policy "org" on public.files for all to authenticated
  using (org_id::text in (select jsonb_array_elements_text((select auth.jwt()) -> 'app_metadata' -> 'orgs')))
  with check (org_id::text in (select jsonb_array_elements_text((select auth.jwt()) -> 'app_metadata' -> 'orgs')));
-- rows
insert into public.files (org_id) values (:o2);
-- try
ann {"app_metadata": {"orgs":["aaaaaaaa-1111-4000-8000-000000000001"]}}: select from public.files
ann {"app_metadata": {"orgs":["aaaaaaaa-1111-4000-8000-000000000001"]}}: insert into public.files (org_id) values (:o2)
ann: select from public.files
ok ann {"app_metadata": {"orgs":["aaaaaaaa-1111-4000-8000-000000000001"]}}: insert into public.files (org_id) values (:o1)

-- open share table where recipient adds himself
create table public.lists (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users, title text);
create index on public.lists (owner_id);
create table public.list_shares (list_id uuid not null references public.lists on delete cascade, shared_with uuid not null references auth.users, created_at timestamptz not null default now(), primary key (list_id, shared_with));
create index on public.list_shares (shared_with);
alter table public.lists enable row level security;
alter table public.list_shares enable row level security;
create policy "own or shared" on public.lists for select to authenticated using (owner_id = (select auth.uid()) or id in (select s.list_id from public.list_shares s where s.shared_with = (select auth.uid())));
create policy "own" on public.lists for insert to authenticated with check (owner_id = (select auth.uid()));
create policy "shares" on public.list_shares for all to authenticated using (shared_with = (select auth.uid())) with check (shared_with = (select auth.uid()));
-- rows
insert into public.lists (id, owner_id) values (:o2, :bob);
-- try
ann: insert into public.list_shares values (:o2, :ann) ;; select from public.lists where id = :o2

-- sound share table managed by owner, recipient may leave
create table public.lists (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users, title text);
create index on public.lists (owner_id);
create table public.list_shares (list_id uuid not null references public.lists on delete cascade, shared_with uuid not null references auth.users, list_owner uuid not null default auth.uid() references auth.users, primary key (list_id, shared_with));
create index on public.list_shares (shared_with);
create index on public.list_shares (list_owner);
alter table public.lists enable row level security;
alter table public.list_shares enable row level security;
create policy "own or shared" on public.lists for select to authenticated using (owner_id = (select auth.uid()) or id in (select s.list_id from public.list_shares s where s.shared_with = (select auth.uid())));
create policy "own" on public.lists for insert to authenticated with check (owner_id = (select auth.uid()));
create schema private; grant usage on schema private to authenticated;
create function private.owns_list(list uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.lists l where l.id = list and l.owner_id = auth.uid()) $$;
create policy "see shares" on public.list_shares for select to authenticated using (shared_with = (select auth.uid()) or list_owner = (select auth.uid()));
create policy "owner shares" on public.list_shares for insert to authenticated with check (list_owner = (select auth.uid()) and private.owns_list(list_id));
create policy "either removes" on public.list_shares for delete to authenticated using (shared_with = (select auth.uid()) or list_owner = (select auth.uid()));
-- rows
insert into public.lists (id, owner_id) values (:o2, :bob), (:o1, :eve);
insert into public.list_shares values (:o1, :ann, :eve);
-- try
ann: insert into public.list_shares values (:o2, :ann, :bob)
ann: insert into public.list_shares (list_id, shared_with) values (:o2, :ann)
ann: select from public.lists where id = :o2
ann: update public.lists set title = 'x'
ok bob: insert into public.list_shares (list_id, shared_with) values (:o2, :ann)
ok ann: delete from public.list_shares

-- open policy for all reads published or own team, deletes published
create table public.teams (id uuid primary key, name text);
create table public.team_members (team_id uuid not null references public.teams, user_id uuid not null references auth.users, primary key (team_id, user_id));
create index on public.team_members (user_id);
create table public.pages (id bigint generated always as identity primary key, team_id uuid not null references public.teams, published_at timestamptz, body text);
create index on public.pages (team_id);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.pages enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "pages" on public.pages for all to authenticated
  using (published_at < now() or team_id in (select tm.team_id from public.team_members tm where tm.user_id = (select auth.uid())))
  with check (team_id in (select tm.team_id from public.team_members tm where tm.user_id = (select auth.uid())));
-- rows
insert into public.teams values (:o2, 'b');
insert into public.pages (team_id, published_at) values (:o2, '2020-01-01');
-- try
ann: delete from public.pages

-- sound published read and team write apart
create table public.teams (id uuid primary key, name text);
create table public.team_members (team_id uuid not null references public.teams, user_id uuid not null references auth.users, role text not null default 'viewer', primary key (team_id, user_id));
create index on public.team_members (user_id);
create table public.pages (id bigint generated always as identity primary key, team_id uuid not null references public.teams, published_at timestamptz, body text, edited_by uuid default auth.uid() references auth.users);
create index on public.pages (team_id);
create index on public.pages (edited_by);
alter table public.teams enable row level security;
alter table public.team_members enable row level security;
alter table public.pages enable row level security;
create policy own on public.team_members for select to authenticated using (user_id = (select auth.uid()));
create policy "read" on public.pages for select to anon, authenticated using (published_at < now());
create policy "team read" on public.pages for select to authenticated using (exists (select from public.team_members tm where (tm.team_id, tm.user_id) = (pages.team_id, (select auth.uid()))));
create policy "team write" on public.pages for update to authenticated
  using (exists (select from public.team_members tm where tm.team_id = pages.team_id and tm.user_id = (select auth.uid()) and tm.role = any ('{editor,admin}')))
  with check (exists (select from public.team_members tm where tm.team_id = pages.team_id and tm.user_id = (select auth.uid()) and tm.role = any ('{editor,admin}')));
-- rows
insert into public.teams values (:o1, 'a'), (:o2, 'b');
insert into public.team_members values (:o1, :ann, 'editor');
insert into public.pages (team_id) values (:o2), (:o1);
-- try
ann: select from public.pages where team_id = :o2
ann: update public.pages set team_id = :o2
ann: update public.pages set body = 'x' where team_id = :o2
ok ann: update public.pages set body = 'x'

-- sound regions, managers by lateral and cte
create table public.regions (id bigint generated always as identity primary key, name text);
create table public.managers (region_id bigint not null references public.regions, user_id uuid not null references auth.users, primary key (region_id, user_id));
create index on public.managers (user_id);
create table public.stores (id bigint generated always as identity primary key, region_id bigint not null references public.regions, name text);
create index on public.stores (region_id);
create table public.sales (id bigint generated always as identity primary key, store_id bigint not null references public.stores, amount numeric);
create index on public.sales (store_id);
alter table public.regions enable row level security;
alter table public.managers enable row level security;
alter table public.stores enable row level security;
alter table public.sales enable row level security;
create policy own on public.managers for select to authenticated using (user_id = (select auth.uid()));
create policy read on public.stores for select to authenticated using (true);
create policy read on public.sales for select to authenticated
  using (store_id in (select s.id from public.stores s join public.managers m using (region_id) where m.user_id = (select auth.uid())));
create policy change on public.sales for update to authenticated
  using (exists (with mine as (select m.region_id from public.managers m where m.user_id = (select auth.uid())) select 1 from public.stores s join mine on mine.region_id = s.region_id where s.id = sales.store_id));
-- rows
insert into public.regions (name) values ('a'), ('b');
insert into public.managers values (1, :ann);
insert into public.stores (region_id) values (1), (2);
insert into public.sales (store_id, amount) values (1, 1), (2, 2);
-- try
ann: select from public.sales where store_id = 2
ann: update public.sales set store_id = 2
ok ann: update public.sales set amount = 3

-- open stores joined on the wrong column
create table public.regions (id bigint generated always as identity primary key, name text);
create table public.managers (region_id bigint not null references public.regions, user_id uuid not null references auth.users, primary key (region_id, user_id));
create index on public.managers (user_id);
create table public.stores (id bigint generated always as identity primary key, region_id bigint not null references public.regions, name text);
create index on public.stores (region_id);
create table public.sales (id bigint generated always as identity primary key, store_id bigint not null references public.stores, amount numeric);
create index on public.sales (store_id);
alter table public.regions enable row level security;
alter table public.managers enable row level security;
alter table public.stores enable row level security;
alter table public.sales enable row level security;
create policy own on public.managers for select to authenticated using (user_id = (select auth.uid()));
create policy read on public.stores for select to authenticated using (true);
create policy read on public.sales for select to authenticated
  using (exists (select 1 from public.stores s left join public.managers m on m.region_id = s.region_id and m.user_id = (select auth.uid()) where s.id = sales.store_id));
-- rows
insert into public.regions (name) values ('a'), ('b');
insert into public.stores (region_id) values (1), (2);
insert into public.sales (store_id, amount) values (1, 1), (2, 2);
-- try
ann: select from public.sales where store_id = 2

-- sound announcements by org admins for any author
create table public.orgs (id uuid primary key, name text);
create table public.org_users (org_id uuid not null references public.orgs, user_id uuid not null references auth.users, role text not null, primary key (org_id, user_id));
create index on public.org_users (user_id);
create table public.announcements (id bigint generated always as identity primary key, org_id uuid not null references public.orgs, author_id uuid not null references auth.users, body text);
create index on public.announcements (org_id);
create index on public.announcements (author_id);
alter table public.orgs enable row level security;
alter table public.org_users enable row level security;
alter table public.announcements enable row level security;
create policy own on public.org_users for select to authenticated using (user_id = (select auth.uid()));
create policy read on public.announcements for select to authenticated using (org_id in (select ou.org_id from public.org_users ou where ou.user_id = (select auth.uid())));
create policy admins on public.announcements for insert to authenticated with check (org_id in (select ou.org_id from public.org_users ou where ou.user_id = (select auth.uid()) and ou.role = 'admin'));
-- rows
insert into public.orgs values (:o1, 'a'), (:o2, 'b');
insert into public.org_users values (:o1, :ann, 'member'), (:o2, :bob, 'admin');
insert into public.announcements (org_id, author_id) values (:o2, :bob);
-- try
ann: select from public.announcements
ann: insert into public.announcements (org_id, author_id) values (:o1, :ann)
ok bob: insert into public.announcements (org_id, author_id) values (:o2, :eve)

-- open email of invite compared with unverified claim in helper
create table public.projects (id uuid primary key, name text);
create table public.project_invites (project_id uuid not null references public.projects, email text not null, primary key (project_id, email));
alter table public.projects enable row level security;
alter table public.project_invites enable row level security;
create policy "own invites" on public.project_invites for select to authenticated using (email = (select auth.jwt() -> 'user_metadata' ->> 'email'));
create policy "invited" on public.projects for select to authenticated using (id in (select i.project_id from public.project_invites i where i.email = (select auth.jwt() -> 'user_metadata' ->> 'email')));
-- rows
insert into public.projects values (:o2, 'b');
insert into public.project_invites values (:o2, 'bob@example.org');
-- try
ann {"user_metadata": {"email":"bob@example.org"}}: select from public.projects

-- open basejump helper with hidden parameter
CREATE TABLE public.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
CREATE TABLE public.account_user (account_id uuid NOT NULL REFERENCES public.accounts, user_id uuid NOT NULL REFERENCES auth.users, account_role text NOT NULL DEFAULT 'member', PRIMARY KEY (account_id, user_id));
CREATE INDEX ON public.account_user (user_id);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.account_user ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA basejump;
GRANT USAGE ON SCHEMA basejump TO authenticated;
CREATE FUNCTION basejump.has_role_on_account(account_id uuid, account_role text DEFAULT NULL) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  select exists (select 1 from public.account_user wu where wu.user_id = (select auth.uid()) and wu.account_id = account_id)
$$;
CREATE POLICY "Accounts are viewable by members" ON public.accounts FOR SELECT TO authenticated USING (basejump.has_role_on_account(id));
-- rows
INSERT INTO public.accounts VALUES (:o1, 'a'), (:o2, 'b');
INSERT INTO public.account_user VALUES (:o1, :ann, 'member');
-- try
ann: select from public.accounts where id = :o2

-- open helper checks another column of the group
CREATE TABLE public.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
CREATE TABLE public.account_user (account_id uuid NOT NULL REFERENCES public.accounts, user_id uuid NOT NULL REFERENCES auth.users, account_role text NOT NULL DEFAULT 'member', PRIMARY KEY (account_id, user_id));
CREATE INDEX ON public.account_user (user_id);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.account_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.account_user FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE FUNCTION public.is_owner() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.account_user au WHERE au.user_id = auth.uid() AND au.account_role = 'owner');
END $$;
CREATE POLICY "owners" ON public.accounts FOR ALL TO authenticated USING (public.is_owner()) WITH CHECK (public.is_owner());
-- rows
INSERT INTO public.accounts VALUES (:o1, 'a'), (:o2, 'b');
INSERT INTO public.account_user VALUES (:o1, :ann, 'owner');
-- try
ann: delete from public.accounts where id = :o2

-- sound agency model with accepted invitations only
create table public.agencies (id uuid primary key, name text);
create table public.agency_users (agency_id uuid not null references public.agencies, user_id uuid not null references auth.users, invited_by uuid not null references auth.users, accepted_at timestamptz, primary key (agency_id, user_id));
create index on public.agency_users (user_id);
create index on public.agency_users (invited_by);
create table public.clients (id bigint generated always as identity primary key, agency_id uuid not null references public.agencies, name text);
create index on public.clients (agency_id);
alter table public.agencies enable row level security;
alter table public.agency_users enable row level security;
alter table public.clients enable row level security;
revoke update on public.agency_users from anon, authenticated;
grant select, insert, update (accepted_at) on public.agency_users to authenticated;
create schema private; grant usage on schema private to authenticated;
create function private.is_active_in(agency uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.agency_users au where au.agency_id = agency and au.user_id = (select auth.uid()) and au.accepted_at is not null) $$;
create policy "see" on public.agency_users for select to authenticated using (user_id = (select auth.uid()) or private.is_active_in(agency_id));
create policy "invite" on public.agency_users for insert to authenticated with check (invited_by = (select auth.uid()) and private.is_active_in(agency_id) and accepted_at is null);
create policy "accept" on public.agency_users for update to authenticated using (user_id = (select auth.uid()) and accepted_at is null) with check (user_id = (select auth.uid()));
create policy "clients" on public.clients for all to authenticated using (private.is_active_in(agency_id)) with check (private.is_active_in(agency_id));
-- rows
insert into public.agencies values (:o1, 'a'), (:o2, 'b');
insert into public.agency_users values (:o1, :ann, :eve, null), (:o1, :eve, :eve, now()), (:o2, :bob, :bob, now());
insert into public.clients (agency_id) values (:o1), (:o2);
-- try
ann: select from public.clients
ann: insert into public.agency_users values (:o2, :ann, :ann, null)
ann: update public.agency_users set agency_id = :o2
ok ann: update public.agency_users set accepted_at = now()
ok eve: select from public.clients

-- open invitee accepts and chooses the agency
create table public.agencies (id uuid primary key, name text);
create table public.agency_users (agency_id uuid not null references public.agencies, user_id uuid not null references auth.users, accepted_at timestamptz, primary key (agency_id, user_id));
create index on public.agency_users (user_id);
create table public.clients (id bigint generated always as identity primary key, agency_id uuid not null references public.agencies, name text);
create index on public.clients (agency_id);
alter table public.agencies enable row level security;
alter table public.agency_users enable row level security;
alter table public.clients enable row level security;
create policy "see" on public.agency_users for select to authenticated using (user_id = (select auth.uid()));
create policy "accept" on public.agency_users for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "clients" on public.clients for all to authenticated using (agency_id in (select au.agency_id from public.agency_users au where au.user_id = (select auth.uid()) and au.accepted_at is not null));
-- rows
insert into public.agencies values (:o1, 'a'), (:o2, 'b');
insert into public.agency_users values (:o1, :ann, null);
insert into public.clients (agency_id) values (:o2);
-- try
ann: update public.agency_users set agency_id = :o2, accepted_at = now() ;; select from public.clients
