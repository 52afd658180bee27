-- Tenant boundary: restrictive policies separate tenants, and permissive policies control access inside a tenant.
create schema if not exists private;
grant usage on schema private to authenticated;
create function private.current_tenant_id() returns uuid language sql stable set search_path = '' as $$
  select nullif(auth.jwt() -> 'app_metadata' ->> 'tenant_id', '')::uuid
$$;
create table public.properties (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null default private.current_tenant_id(),
  name text not null,
  deleted_at timestamptz,
  unique (tenant_id, name)
);
alter table public.properties enable row level security;
alter table public.properties force row level security;
grant select, insert, update on public.properties to authenticated;
create policy tenant_boundary on public.properties as restrictive to authenticated
  using (tenant_id = (select private.current_tenant_id()))
  with check (tenant_id = (select private.current_tenant_id()));
create policy read on public.properties for select to authenticated using (deleted_at is null);
create policy add on public.properties for insert to authenticated with check (true);
create policy change on public.properties for update to authenticated using (true) with check (true);
