create table public.feedback (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  message text not null,
  rating smallint check (rating between 1 and 5)
);
create index feedback_user_id_idx on public.feedback (user_id);
alter table public.feedback enable row level security;

create policy "Users can view their own feedback"
  on public.feedback for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own feedback"
  on public.feedback for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can update their own feedback"
  on public.feedback for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own feedback"
  on public.feedback for delete
  to authenticated
  using ((select auth.uid()) = user_id);
