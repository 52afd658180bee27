-- Roles on profiles: users read their own profile and change its name. Only admins, set by the server, publish.
create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  full_name text,
  role text not null default 'user' check (role in ('user', 'admin'))
);
alter table public.profiles enable row level security;
grant select on public.profiles to authenticated;
grant update (full_name) on public.profiles to authenticated;
create policy "Own profile" on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy "Change own profile" on public.profiles for update to authenticated using (id = (select auth.uid()));

create table public.articles (
  id bigint generated always as identity primary key,
  title text not null,
  status text not null default 'draft'
);
alter table public.articles enable row level security;
grant select on public.articles to anon, authenticated;
grant insert, update, delete on public.articles to authenticated;
create policy "Read published" on public.articles for select to anon using (status = 'published');
create policy "Read published, or all as an admin" on public.articles for select to authenticated
  using (status = 'published' or (select p.role from public.profiles p where p.id = (select auth.uid())) = 'admin');
create policy "Admins insert" on public.articles for insert to authenticated
  with check (exists (
    select 1 from public.profiles where profiles.id = (select auth.uid()) and profiles.role = 'admin'
  ));
create policy "Admins update" on public.articles for update to authenticated
  using ((select role from public.profiles where id = (select auth.uid())) = 'admin');
create policy "Admins delete" on public.articles for delete to authenticated
  using ('admin' in (select p.role from public.profiles p where p.id = (select auth.uid())));
