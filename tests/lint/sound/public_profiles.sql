-- Public profiles: everybody reads all profiles, and users change their own. A trigger creates the profile of a new user.
create table public.profiles (
  id uuid primary key references auth.users on delete cascade,
  username text unique check (username ~ '^[a-z0-9_]{3,30}$'),
  avatar_url text,
  website text,
  updated_at timestamptz
);
alter table public.profiles enable row level security;
grant select on public.profiles to anon, authenticated;
grant insert, update (username, avatar_url, website) on public.profiles to authenticated;

create policy "Public profiles are viewable by everyone." on public.profiles
  for select to anon, authenticated using (true);
create policy "Users can insert their own profile." on public.profiles
  for insert to authenticated with check ((select auth.uid()) = id);
create policy "Users can update own profile." on public.profiles
  for update to authenticated using ((select auth.uid()) = id);

create function public.handle_new_user()
returns trigger
language plpgsql
security definer set search_path = ''
as $$
begin
  insert into public.profiles (id, avatar_url)
  values (new.id, new.raw_user_meta_data ->> 'avatar_url');
  return new;
end;
$$;
revoke execute on function public.handle_new_user() from public, anon, authenticated;

create trigger on_auth_user_created
  after insert on auth.users
  for each row execute function public.handle_new_user();
