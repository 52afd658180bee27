create table public.journal_entries (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  day date not null default current_date,
  body text not null
);
create index journal_entries_user_id_idx on public.journal_entries (user_id);
alter table public.journal_entries enable row level security;

create policy "Users can view their own journal entries"
  on public.journal_entries for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own journal entries"
  on public.journal_entries for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own journal entries"
  on public.journal_entries for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own journal entries"
  on public.journal_entries for delete
  to authenticated
  using ((select auth.uid()) = user_id);
