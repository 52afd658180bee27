create table public.drafts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null,
  content jsonb not null,
  created_at timestamptz not null default now()
);
create index drafts_user_id_idx on public.drafts (user_id);
alter table public.drafts enable row level security;

create policy "Users can view their own drafts"
  on public.drafts for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own drafts"
  on public.drafts for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own drafts"
  on public.drafts for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own drafts"
  on public.drafts for delete
  to authenticated
  using ((select auth.uid()) = user_id);
