create table public.webhooks (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  url text not null check (url like 'https://%'),
  events text[] not null default '{}',
  created_at timestamptz not null default now()
);
create index webhooks_organization_id_idx on public.webhooks (organization_id);
alter table public.webhooks enable row level security;

create policy webhooks_select_member on public.webhooks
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy webhooks_insert_member on public.webhooks
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy webhooks_update_member on public.webhooks
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy webhooks_delete_admin on public.webhooks
  for delete to authenticated
  using (public.is_org_admin(organization_id));
