create policy organizations_select_member on public.organizations
  for select to authenticated
  using (public.is_org_member(id));

create policy organizations_update_admin on public.organizations
  for update to authenticated
  using (public.is_org_admin(id))
  with check (public.is_org_admin(id));

create policy memberships_select_member on public.memberships
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy memberships_insert_admin on public.memberships
  for insert to authenticated
  with check (public.is_org_admin(organization_id));

create policy memberships_update_admin on public.memberships
  for update to authenticated
  using (public.is_org_admin(organization_id))
  with check (public.is_org_admin(organization_id));

create policy memberships_delete_admin on public.memberships
  for delete to authenticated
  using (public.is_org_admin(organization_id));
