create extension if not exists pgjwt with schema extensions;

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  label text not null,
  key_hash text not null default crypt(encode(gen_random_bytes(24), 'hex'), gen_salt('bf')),
  last_used_at timestamptz,
  created_at timestamptz not null default now()
);
create index api_keys_user_id_idx on public.api_keys (user_id);
alter table public.api_keys enable row level security;

create policy "Users can view their own api keys"
  on public.api_keys for select
  to authenticated
  using ((select auth.uid()) = user_id);

create policy "Users can create their own api keys"
  on public.api_keys for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

create policy "Users can delete their own api keys"
  on public.api_keys for delete
  to authenticated
  using ((select auth.uid()) = user_id);
