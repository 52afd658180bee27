-- Tenants by claim: app_metadata contains the organisation of the user, and whether the user is its administrator.
create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  total numeric(12, 2) not null,
  issued_on date not null default current_date
);
create index invoices_org_id_idx on public.invoices (org_id);
alter table public.invoices enable row level security;
grant select, insert, update, delete on public.invoices to authenticated;

create policy "Own organisation" on public.invoices for select to authenticated
  using (org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid));
create policy "Admins insert" on public.invoices for insert to authenticated
  with check (
    org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid)
    and (select auth.jwt() -> 'app_metadata' -> 'roles') ? 'admin'
  );
create policy "Admins update" on public.invoices for update to authenticated
  using (
    org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid)
    and (select auth.jwt() #>> '{app_metadata,role}') = 'admin'
  )
  with check (org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid));
create policy "Admins delete" on public.invoices for delete to authenticated
  using (
    org_id = (select (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid)
    and (select auth.jwt() #>> '{app_metadata,role}') = 'admin'
  );
