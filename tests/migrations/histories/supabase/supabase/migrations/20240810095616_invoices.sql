create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  number text not null,
  total numeric(12, 2) not null default 0 check (total >= 0),
  paid_at timestamptz,
  created_at timestamptz not null default now()
);
create index invoices_organization_id_idx on public.invoices (organization_id);
alter table public.invoices enable row level security;

create policy invoices_select_member on public.invoices
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy invoices_insert_member on public.invoices
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy invoices_update_member on public.invoices
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy invoices_delete_admin on public.invoices
  for delete to authenticated
  using (public.is_org_admin(organization_id));
