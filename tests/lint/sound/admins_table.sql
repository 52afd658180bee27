-- Administrators: rows of a table that the API cannot write. Administrators read the tickets of all users.
create schema if not exists private;
grant usage on schema private to anon, authenticated;
create table private.admins (
  user_id uuid primary key references auth.users (id) on delete cascade
);
create function private.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select 1 from private.admins a where a.user_id = (select auth.uid()))
$$;

create table public.tickets (
  id bigint generated always as identity primary key,
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  status text not null default 'open' check (status in ('open', 'closed')),
  body text not null
);
create index tickets_user_id_idx on public.tickets (user_id);
alter table public.tickets enable row level security;
grant select, insert, update, delete on public.tickets to authenticated;
create policy "Own tickets, or all for admins" on public.tickets for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "Users open tickets" on public.tickets for insert to authenticated
  with check (user_id = (select auth.uid()) and status = 'open');
create policy "Admins change tickets" on public.tickets for update to authenticated
  using ((select private.is_admin())) with check ((select private.is_admin()));
create policy "Admins delete tickets" on public.tickets for delete to authenticated
  using ((select private.is_admin()));

create table public.categories (
  id bigint generated always as identity primary key,
  name text not null unique
);
alter table public.categories enable row level security;
grant select on public.categories to anon, authenticated;
grant insert, update, delete on public.categories to authenticated;
create policy "Everybody reads categories" on public.categories for select to anon, authenticated using (true);
create policy "Admins insert categories" on public.categories for insert to authenticated
  with check ((select private.is_admin()));
create policy "Admins update categories" on public.categories for update to authenticated
  using ((select private.is_admin()));
create policy "Admins delete categories" on public.categories for delete to authenticated
  using ((select private.is_admin()));
