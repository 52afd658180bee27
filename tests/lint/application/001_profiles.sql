-- 001: people. One profile for each account in auth.users.
create extension if not exists citext with schema extensions;
create extension if not exists pg_trgm with schema extensions;

create table public.profiles (
  id uuid not null references auth.users on delete cascade primary key,
  username extensions.citext unique,
  full_name varchar(120),
  avatar_url text,
  website text,
  created timestamp default now(),
  updated_at timestamp with time zone,

  constraint username_length check (char_length(username::text) >= 3)
);

alter table profiles enable row level security;

create policy "Public profiles are viewable by everyone." on profiles
  for select using (true);

create policy "Users can insert their own profile." on profiles
  for insert with check (auth.uid() = id);

create policy "Users can update own profile." on profiles
  for update using (auth.uid() = id);

-- A profile comes with the account.
-- See https://supabase.com/docs/guides/auth/managing-user-data for where this is from.
create function public.handle_new_user()
returns trigger
set search_path = ''
as $$
begin
  insert into public.profiles (id, full_name, avatar_url)
  values (new.id, new.raw_user_meta_data->>'full_name', new.raw_user_meta_data->>'avatar_url');
  return new;
end;
$$ language plpgsql security definer;

create trigger on_auth_user_created
  after insert on auth.users
  for each row execute procedure public.handle_new_user();

grant select on profiles to anon;
grant select, insert, update on profiles to authenticated;
grant all on profiles to service_role;
