create table public.time_entries (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  started_at timestamptz not null default now(),
  stopped_at timestamptz check (stopped_at > started_at),
  created_at timestamptz not null default now()
);
create index time_entries_user_id_idx on public.time_entries (user_id);
alter table public.time_entries enable row level security;

create policy "Users can view their own time entries"
  on public.time_entries for select
  to authenticated
  using (auth.uid() = user_id);

create policy "Users can create their own time entries"
  on public.time_entries for insert
  to authenticated
  with check (auth.uid() = user_id);

create policy "Users can update their own time entries"
  on public.time_entries for update
  to authenticated
  using (auth.uid() = user_id)
  with check (auth.uid() = user_id);

create policy "Users can delete their own time entries"
  on public.time_entries for delete
  to authenticated
  using (auth.uid() = user_id);
