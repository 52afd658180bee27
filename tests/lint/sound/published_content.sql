-- Published content: everybody reads published posts that are not deleted, and authors read and change their own.
create table public.posts (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null references auth.users (id) on delete cascade,
  title text not null,
  body text not null default '',
  published_at timestamptz,
  deleted_at timestamptz
);
create index posts_author_id_idx on public.posts (author_id);
create index posts_published_idx on public.posts (published_at desc) where published_at is not null;
alter table public.posts enable row level security;
grant select on public.posts to anon, authenticated;
grant insert, update on public.posts to authenticated;

create policy published on public.posts for select to anon
  using (deleted_at is null and published_at <= now());
create policy published_or_own on public.posts for select to authenticated
  using ((deleted_at is null and published_at <= now()) or author_id = (select auth.uid()));
create policy own_insert on public.posts for insert to authenticated
  with check (author_id = (select auth.uid()));
create policy own_update on public.posts for update to authenticated
  using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));

create table public.comments (
  id uuid primary key default gen_random_uuid(),
  post_id uuid not null references public.posts (id) on delete cascade,
  author_id uuid not null references auth.users (id) on delete cascade,
  body text not null
);
create index comments_post_id_idx on public.comments (post_id);
create index comments_author_id_idx on public.comments (author_id);
alter table public.comments enable row level security;
grant select on public.comments to anon, authenticated;
grant insert, delete on public.comments to authenticated;
create policy "Comments of readable posts" on public.comments for select to anon, authenticated
  using (exists (select from public.posts p where p.id = post_id));
create policy "Users comment as themselves" on public.comments for insert to authenticated
  with check (author_id = (select auth.uid()) and exists (select from public.posts p where p.id = post_id));
create policy "Authors of comments or posts delete" on public.comments for delete to authenticated
  using (
    author_id = (select auth.uid())
    or post_id in (select p.id from public.posts p where p.author_id = (select auth.uid()))
  );
