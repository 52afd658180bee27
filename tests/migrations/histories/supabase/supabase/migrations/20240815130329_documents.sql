create table public.documents (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  title text not null,
  content text not null default '',
  created_at timestamptz not null default now()
);
create index documents_organization_id_idx on public.documents (organization_id);
alter table public.documents enable row level security;

create policy documents_select_member on public.documents
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy documents_insert_member on public.documents
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy documents_update_member on public.documents
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy documents_delete_admin on public.documents
  for delete to authenticated
  using (public.is_org_admin(organization_id));
