create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null,
  phone text
);
create index contacts_user_id_idx on public.contacts (user_id);
alter table public.contacts enable row level security;

create policy "Users can view their own contacts"
  on public.contacts for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own contacts"
  on public.contacts for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own contacts"
  on public.contacts for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own contacts"
  on public.contacts for delete
  to authenticated
  using ((select auth.uid()) = user_id);
