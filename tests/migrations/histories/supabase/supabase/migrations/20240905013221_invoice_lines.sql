create table public.invoice_lines (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  invoice_id uuid not null references public.invoices (id) on delete cascade,
  description text not null,
  amount numeric(12, 2) not null
);
create index invoice_lines_invoice_id_idx on public.invoice_lines (invoice_id);
create index invoice_lines_organization_id_idx on public.invoice_lines (organization_id);
alter table public.invoice_lines enable row level security;

create policy invoice_lines_select_member on public.invoice_lines
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy invoice_lines_insert_member on public.invoice_lines
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy invoice_lines_update_member on public.invoice_lines
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy invoice_lines_delete_admin on public.invoice_lines
  for delete to authenticated
  using (public.is_org_admin(organization_id));

create or replace function public.update_invoice_total()
returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.invoices i
  set total = (select coalesce(sum(l.amount), 0) from public.invoice_lines l where l.invoice_id = i.id)
  where i.id = coalesce(new.invoice_id, old.invoice_id);
  return null;
end;
$$;

create trigger invoice_lines_total after insert or update or delete on public.invoice_lines
  for each row execute function public.update_invoice_total();
