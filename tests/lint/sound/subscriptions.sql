-- Subscriptions: the server writes them, customers read their own, and active subscribers read the paid content.
create table public.customers (
  id uuid primary key references auth.users (id),
  stripe_customer_id text
);
alter table public.customers enable row level security;
create table public.subscriptions (
  id text primary key,
  user_id uuid not null references auth.users (id),
  status text not null
);
create index subscriptions_user_id_idx on public.subscriptions (user_id);
alter table public.subscriptions enable row level security;
grant select on public.subscriptions to authenticated;
create policy "Can only view own subscription" on public.subscriptions for select to authenticated
  using ((select auth.uid()) = user_id);
create table public.premium_articles (
  id bigint generated always as identity primary key,
  body text
);
alter table public.premium_articles enable row level security;
grant select on public.premium_articles to authenticated;
create policy subscribers on public.premium_articles for select to authenticated
  using (exists (
    select 1 from public.subscriptions s
    where s.user_id = (select auth.uid()) and s.status in ('active', 'trialing')
  ));
grant select, insert, update on public.customers, public.subscriptions to service_role;
