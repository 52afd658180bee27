-- Tenants by membership: members read the projects of their organisation, by helper functions in a private schema that
-- bypass the policies on memberships. Only owners and admins change projects.
create schema if not exists private;
revoke all on schema private from public;
grant usage on schema private to authenticated;

create type public.member_role as enum ('owner', 'admin', 'member');

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  created_at timestamptz not null default now()
);
create table public.memberships (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null default 'member',
  primary key (organization_id, user_id)
);
create index memberships_user_id_idx on public.memberships (user_id);
create table public.projects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null
);
create index projects_organization_id_idx on public.projects (organization_id);

alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
alter table public.projects enable row level security;

create function private.organizations_of_user() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.organization_id from public.memberships m where m.user_id = (select auth.uid())
$$;
create function private.has_role(organization uuid, variadic roles public.member_role[]) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.organization_id = organization and m.user_id = (select auth.uid()) and m.role = any (roles)
  )
$$;
revoke execute on all functions in schema private from public;
grant execute on all functions in schema private to authenticated;

grant select, update on public.organizations to authenticated;
grant select, insert, update, delete on public.memberships, public.projects to authenticated;

create policy members_read on public.organizations for select to authenticated
  using (id in (select private.organizations_of_user()));
create policy admins_change on public.organizations for update to authenticated
  using (private.has_role(id, 'owner', 'admin'))
  with check (private.has_role(id, 'owner', 'admin'));

create policy members_read on public.memberships for select to authenticated
  using (organization_id in (select private.organizations_of_user()));
create policy owners_add on public.memberships for insert to authenticated
  with check (private.has_role(organization_id, 'owner'));
create policy owners_change on public.memberships for update to authenticated
  using (private.has_role(organization_id, 'owner'))
  with check (private.has_role(organization_id, 'owner'));
create policy owners_remove on public.memberships for delete to authenticated
  using (private.has_role(organization_id, 'owner') or user_id = (select auth.uid()));

create policy members_read on public.projects for select to authenticated
  using (organization_id in (select private.organizations_of_user()));
create policy members_add on public.projects for insert to authenticated
  with check (organization_id in (select private.organizations_of_user()));
create policy members_change on public.projects for update to authenticated
  using (organization_id in (select private.organizations_of_user()))
  with check (organization_id in (select private.organizations_of_user()));
create policy admins_delete on public.projects for delete to authenticated
  using (private.has_role(organization_id, 'owner', 'admin'));
