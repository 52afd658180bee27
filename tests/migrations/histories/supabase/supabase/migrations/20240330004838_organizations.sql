create type public.member_role as enum ('owner', 'admin', 'member');

create table public.organizations (
  id uuid primary key default uuid_generate_v4(),
  name text not null check (char_length(name) between 1 and 200),
  slug citext not null unique,
  created_at timestamptz not null default now()
);

create table public.memberships (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role public.member_role not null default 'member',
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);

create index memberships_user_id_idx on public.memberships (user_id);

alter table public.organizations enable row level security;
alter table public.memberships enable row level security;
