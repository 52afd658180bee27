create policy "Support staff read customers" on public.customers
  for select to authenticated
  using (coalesce((select auth.jwt()) -> 'app_metadata' ->> 'role', '') = 'support');
create policy "Support staff read invoices" on public.invoices
  for select to authenticated
  using (coalesce((select auth.jwt()) -> 'app_metadata' ->> 'role', '') = 'support');
