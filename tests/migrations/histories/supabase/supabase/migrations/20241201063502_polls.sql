create table public.polls (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  question text not null,
  closes_at timestamptz
);
create index polls_organization_id_idx on public.polls (organization_id);
alter table public.polls enable row level security;

create policy polls_select_member on public.polls
  for select to authenticated
  using (public.is_org_member(organization_id));

create policy polls_insert_member on public.polls
  for insert to authenticated
  with check (public.is_org_member(organization_id));

create policy polls_update_member on public.polls
  for update to authenticated
  using (public.is_org_member(organization_id))
  with check (public.is_org_member(organization_id));

create policy polls_delete_admin on public.polls
  for delete to authenticated
  using (public.is_org_admin(organization_id));

create table public.votes (
  poll_id uuid not null references public.polls (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  choice smallint not null,
  primary key (poll_id, user_id)
);
create index votes_user_id_idx on public.votes (user_id);
alter table public.votes enable row level security;

create policy "Users can view their own votes"
  on public.votes for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own votes"
  on public.votes for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own votes"
  on public.votes for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own votes"
  on public.votes for delete
  to authenticated
  using ((select auth.uid()) = user_id);
