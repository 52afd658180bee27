create table public.projects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  unique (organization_id, name)
);
alter table public.projects enable row level security;

create policy projects_select_member on public.projects
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy projects_insert_member on public.projects
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy projects_update_member on public.projects
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy projects_delete_admin on public.projects
  for delete to authenticated
  using (public.is_org_admin(organization_id));
