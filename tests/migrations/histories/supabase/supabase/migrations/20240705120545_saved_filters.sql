create table public.saved_filters (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  name text not null,
  filter jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now()
);
create index saved_filters_user_id_idx on public.saved_filters (user_id);
alter table public.saved_filters enable row level security;

create policy "Users can view their own saved filters"
  on public.saved_filters for select
  to authenticated
  using (auth.uid() = user_id);

create policy "Users can create their own saved filters"
  on public.saved_filters for insert
  to authenticated
  with check (auth.uid() = user_id);

create policy "Users can update their own saved filters"
  on public.saved_filters for update
  to authenticated
  using (auth.uid() = user_id)
  with check (auth.uid() = user_id);

create policy "Users can delete their own saved filters"
  on public.saved_filters for delete
  to authenticated
  using (auth.uid() = user_id);
