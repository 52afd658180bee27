create table public.reactions (
  comment_id bigint not null references public.comments (id) on delete cascade,
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  emoji text not null check (char_length(emoji) <= 8),
  primary key (comment_id, user_id, emoji)
);
create index reactions_user_id_idx on public.reactions (user_id);
alter table public.reactions enable row level security;

create policy "Users can view their own reactions"
  on public.reactions for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own reactions"
  on public.reactions for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own reactions"
  on public.reactions for delete
  to authenticated
  using ((select auth.uid()) = user_id);
