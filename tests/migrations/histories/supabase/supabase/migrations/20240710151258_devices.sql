create table public.devices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  push_token text not null unique,
  platform text not null check (platform in ('ios', 'android', 'web')),
  created_at timestamptz not null default now()
);
create index devices_user_id_idx on public.devices (user_id);
alter table public.devices enable row level security;

create policy "Users can view their own devices"
  on public.devices for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own devices"
  on public.devices for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own devices"
  on public.devices for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own devices"
  on public.devices for delete
  to authenticated
  using ((select auth.uid()) = user_id);
