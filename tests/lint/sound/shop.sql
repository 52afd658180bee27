-- Shop: everybody reads products, buyers read their orders, only the server sets prices, and each user votes once.
create table public.products (
  id bigint generated always as identity primary key,
  sku text not null unique,
  name text not null,
  cents integer not null check (cents >= 0),
  active boolean not null default true
);
create table public.orders (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null default auth.uid() references auth.users (id),
  status text not null default 'cart' check (status in ('cart', 'placed', 'paid', 'shipped'))
);
create index orders_customer_id_idx on public.orders (customer_id);
create table public.order_items (
  order_id uuid not null references public.orders (id) on delete cascade,
  product_id bigint not null references public.products (id),
  quantity integer not null check (quantity > 0),
  primary key (order_id, product_id)
);
create index order_items_product_id_idx on public.order_items (product_id);
create table public.reviews (
  product_id bigint not null references public.products (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  stars smallint not null check (stars between 1 and 5),
  primary key (user_id, product_id)
);
create index reviews_product_id_idx on public.reviews (product_id);
do $$
declare
  name text;
begin
  alter table public.products enable row level security;
  alter table public.orders enable row level security;
  alter table public.order_items enable row level security;
  alter table public.reviews enable row level security;
end
$$;

grant select on public.products, public.reviews to anon, authenticated;
grant select, insert, update (status) on public.orders to authenticated;
grant select, insert, update, delete on public.order_items to authenticated;
grant insert, update, delete on public.reviews to authenticated;

create policy active_products on public.products for select to anon, authenticated using (active);
create policy own_orders on public.orders for select to authenticated using (customer_id = (select auth.uid()));
create policy begin_order on public.orders for insert to authenticated
  with check (customer_id = (select auth.uid()) and status = 'cart');
create policy place_order on public.orders for update to authenticated
  using (customer_id = (select auth.uid()) and status = 'cart')
  with check (customer_id = (select auth.uid()) and status in ('cart', 'placed'));
create policy items_of_own_orders on public.order_items for all to authenticated
  using (exists (
    select 1 from public.orders o
    where o.id = order_items.order_id and o.customer_id = (select auth.uid())
  ))
  with check (exists (
    select 1 from public.orders o
    where o.id = order_items.order_id and o.customer_id = (select auth.uid()) and o.status = 'cart'
  ));
create policy reviews_are_public on public.reviews for select to anon, authenticated using (true);
create policy own_review_insert on public.reviews for insert to authenticated with check (user_id = (select auth.uid()));
create policy own_review_update on public.reviews for update to authenticated using (user_id = (select auth.uid()));
create policy own_review_delete on public.reviews for delete to authenticated using (user_id = (select auth.uid()));
