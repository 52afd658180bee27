-- Public profiles, one for each user.
create table public.profiles (
  id uuid not null references auth.users on delete cascade,
  username citext unique,
  full_name text,
  avatar_url text,
  website text,
  created_at timestamptz not null default timezone('utc', now()),
  updated_at timestamptz,
  primary key (id),
  constraint username_length check (char_length(username::text) >= 3)
);

alter table public.profiles enable row level security;

create policy "Public profiles are viewable by everyone." on public.profiles
  for select using (true);

create policy "Users can insert their own profile." on public.profiles
  for insert with check (auth.uid() = id);

create policy "Users can update own profile." on public.profiles
  for update using (auth.uid() = id);
