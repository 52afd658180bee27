create table public.notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  body text not null,
  created_at timestamptz not null default now()
);
create index notes_user_id_idx on public.notes (user_id);
alter table public.notes enable row level security;

create policy "Users can view their own notes"
  on public.notes for select
  to authenticated
  using (auth.uid() = user_id);

create policy "Users can create their own notes"
  on public.notes for insert
  to authenticated
  with check (auth.uid() = user_id);

create policy "Users can update their own notes"
  on public.notes for update
  to authenticated
  using (auth.uid() = user_id)
  with check (auth.uid() = user_id);

create policy "Users can delete their own notes"
  on public.notes for delete
  to authenticated
  using (auth.uid() = user_id);
