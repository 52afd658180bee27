create table public.orders (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  state text not null default 'open' check (state in ('open', 'paid', 'shipped')),
  total numeric(10, 2) not null default 0,
  created_at timestamptz not null default now()
);
create index orders_user_id_idx on public.orders (user_id);
alter table public.orders enable row level security;

-- Orders are written by the backend.
create policy "Customers see their orders" on public.orders
  for select to authenticated
  using ((select auth.uid()) = user_id);
revoke insert, update, delete, truncate, references, trigger on public.orders from anon, authenticated;
revoke select on public.orders from anon;
