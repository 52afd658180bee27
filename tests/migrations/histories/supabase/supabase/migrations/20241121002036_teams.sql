create table public.teams (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  parent_id uuid references public.teams (id) on delete cascade
);
create index teams_parent_id_idx on public.teams (parent_id);
create index teams_organization_id_idx on public.teams (organization_id);
alter table public.teams enable row level security;

create policy teams_select_member on public.teams
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy teams_insert_member on public.teams
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy teams_update_member on public.teams
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy teams_delete_admin on public.teams
  for delete to authenticated
  using (public.is_org_admin(organization_id));
