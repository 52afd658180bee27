create table public.customers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  email citext,
  created_at timestamptz not null default now()
);
create index customers_organization_id_idx on public.customers (organization_id);
alter table public.customers enable row level security;

create policy customers_select_member on public.customers
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy customers_insert_member on public.customers
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy customers_update_member on public.customers
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy customers_delete_admin on public.customers
  for delete to authenticated
  using (public.is_org_admin(organization_id));
