create table public.meetings (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  check (ends_at > starts_at),
  created_at timestamptz not null default now()
);
create index meetings_organization_id_idx on public.meetings (organization_id);
alter table public.meetings enable row level security;

create policy meetings_select_member on public.meetings
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy meetings_insert_member on public.meetings
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy meetings_update_member on public.meetings
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy meetings_delete_admin on public.meetings
  for delete to authenticated
  using (public.is_org_admin(organization_id));
