create table public.comments (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  task_id bigint not null references public.tasks (id) on delete cascade,
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  body text not null check (body <> ''),
  created_at timestamptz not null default now()
);
create index comments_task_id_idx on public.comments (task_id);
alter table public.comments enable row level security;

create policy comments_select_member on public.comments
  for select to authenticated using (public.is_org_member(organization_id));
create policy comments_insert_own on public.comments
  for insert to authenticated
  with check (public.is_org_member(organization_id) and user_id = (select auth.uid()));
create policy comments_update_own on public.comments
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()) and public.is_org_member(organization_id));
create policy comments_delete_own on public.comments
  for delete to authenticated using (user_id = (select auth.uid()) or public.is_org_admin(organization_id));
