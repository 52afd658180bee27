-- Follows and blocks: users read follows from and to themselves, and posts by visibility, except of authors who blocked them.
create schema if not exists private;
grant usage on schema private to authenticated;
create table public.follows (
  follower_id uuid not null references auth.users (id) on delete cascade,
  followed_id uuid not null references auth.users (id) on delete cascade,
  primary key (follower_id, followed_id),
  check (follower_id <> followed_id)
);
create index follows_followed_id_idx on public.follows (followed_id);
create table public.blocks (
  blocker uuid not null references auth.users (id) on delete cascade,
  blocked uuid not null references auth.users (id) on delete cascade,
  primary key (blocker, blocked)
);
create index blocks_blocked_idx on public.blocks (blocked);
create table public.posts (
  id uuid primary key default gen_random_uuid(),
  author uuid not null references auth.users (id) on delete cascade,
  body text not null,
  visibility text not null default 'public'
);
create index posts_author_idx on public.posts (author);
alter table public.follows enable row level security;
alter table public.blocks enable row level security;
alter table public.posts enable row level security;
grant select, insert, delete on public.follows, public.blocks to authenticated;
grant select, insert on public.posts to authenticated;

create policy see on public.follows for select to authenticated
  using ((select auth.uid()) in (follower_id, followed_id));
create policy follow on public.follows for insert to authenticated with check (follower_id = (select auth.uid()));
create policy unfollow on public.follows for delete to authenticated using (follower_id = (select auth.uid()));
create policy own on public.blocks for all to authenticated
  using (blocker = (select auth.uid())) with check (blocker = (select auth.uid()));

create function private.blocked_by(who uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.blocks b where b.blocker = who and b.blocked = (select auth.uid()))
$$;
create policy visible on public.posts for select to authenticated using (
  author = (select auth.uid())
  or (
    not private.blocked_by(author)
    and (
      visibility = 'public'
      or (visibility = 'followers' and exists (
        select 1 from public.follows f where f.followed_id = author and f.follower_id = (select auth.uid())
      ))
    )
  )
);
create policy write on public.posts for insert to authenticated with check (author = (select auth.uid()));
