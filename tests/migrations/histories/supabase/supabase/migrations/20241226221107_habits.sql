create table public.habits (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null,
  target integer not null default 1
);
create index habits_user_id_idx on public.habits (user_id);
alter table public.habits enable row level security;

create policy "Users can view their own habits"
  on public.habits for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own habits"
  on public.habits for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own habits"
  on public.habits for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own habits"
  on public.habits for delete
  to authenticated
  using ((select auth.uid()) = user_id);
