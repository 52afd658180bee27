-- Second factor: own rows, only with aal2 if the user has enrolled a factor. Anonymous sign-ins read but do not write.
create table public.payment_methods (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  label text not null
);
create index payment_methods_user_id_idx on public.payment_methods (user_id);
alter table public.payment_methods enable row level security;
grant select, insert, update, delete on public.payment_methods to authenticated;

create policy own on public.payment_methods for all to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Require MFA" on public.payment_methods as restrictive to authenticated
  using ((select auth.jwt() ->> 'aal') = 'aal2');
create policy "Permanent users insert" on public.payment_methods as restrictive for insert to authenticated
  with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);
create policy "Permanent users update" on public.payment_methods as restrictive for update to authenticated
  using ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);

create table public.diaries (
  id uuid primary key default gen_random_uuid(),
  owner uuid not null references auth.users (id) on delete cascade,
  entry text not null
);
create index diaries_owner_idx on public.diaries (owner);
alter table public.diaries enable row level security;
grant select, insert on public.diaries to authenticated;
create policy own_read on public.diaries for select to authenticated using (owner = (select auth.uid()));
create policy own_write on public.diaries for insert to authenticated with check (owner = (select auth.uid()));

create schema if not exists private;
grant usage on schema private to authenticated;
create function private.has_factor() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.mfa_factors f where f.user_id = (select auth.uid()) and f.status = 'verified')
$$;
create policy strong on public.diaries as restrictive to authenticated
  using ((select auth.jwt() ->> 'aal' = 'aal2' or not private.has_factor()));
