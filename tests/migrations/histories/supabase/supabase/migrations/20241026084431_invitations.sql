create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  email citext not null,
  token text not null unique default encode(gen_random_bytes(16), 'hex'),
  expires_at timestamptz not null default now() + interval '7 days',
  unique (organization_id, email)
);
alter table public.invitations enable row level security;

create policy invitations_select_admin on public.invitations
  for select to authenticated
  using (public.is_org_admin(organization_id));

create policy invitations_insert_admin on public.invitations
  for insert to authenticated
  with check (public.is_org_admin(organization_id));

create policy invitations_delete_admin on public.invitations
  for delete to authenticated
  using (public.is_org_admin(organization_id));
