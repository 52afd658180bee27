create table public.labels (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  color text not null default '#888888' check (color ~ '^#[0-9a-f]{6}$'),
  created_at timestamptz not null default now()
);
create index labels_organization_id_idx on public.labels (organization_id);
alter table public.labels enable row level security;

create policy labels_select_member on public.labels
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy labels_insert_member on public.labels
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy labels_update_member on public.labels
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy labels_delete_admin on public.labels
  for delete to authenticated
  using (public.is_org_admin(organization_id));
