-- Nested folders: the owner of a folder reads everything below it, by a recursive helper function.
create schema if not exists private;
grant usage on schema private to authenticated;
create table public.folders (
  id uuid primary key default gen_random_uuid(),
  parent_id uuid references public.folders (id) on delete cascade,
  owner_id uuid not null references auth.users (id) on delete cascade
);
create index folders_parent_id_idx on public.folders (parent_id);
create index folders_owner_id_idx on public.folders (owner_id);
alter table public.folders enable row level security;
grant select, insert, update, delete on public.folders to authenticated;
create function private.my_folders() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with recursive below as (
    select f.id from public.folders f where f.owner_id = (select auth.uid())
    union
    select f.id from public.folders f join below b on f.parent_id = b.id
  )
  select id from below
$$;
create policy read on public.folders for select to authenticated using (id in (select private.my_folders()));
create policy make on public.folders for insert to authenticated
  with check (
    owner_id = (select auth.uid()) and (parent_id is null or parent_id in (select private.my_folders()))
  );
create policy move on public.folders for update to authenticated
  using (owner_id = (select auth.uid()))
  with check (owner_id = (select auth.uid()) and parent_id is distinct from id);
create policy remove on public.folders for delete to authenticated using (owner_id = (select auth.uid()));
