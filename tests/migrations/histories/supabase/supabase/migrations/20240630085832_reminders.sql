create table public.reminders (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  remind_at timestamptz not null,
  message text not null default '',
  created_at timestamptz not null default now()
);
create index reminders_user_id_idx on public.reminders (user_id);
alter table public.reminders enable row level security;

create policy "Users can view their own reminders"
  on public.reminders for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own reminders"
  on public.reminders for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own reminders"
  on public.reminders for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own reminders"
  on public.reminders for delete
  to authenticated
  using ((select auth.uid()) = user_id);
