create table public.order_items (
  order_id uuid not null references public.orders (id) on delete cascade,
  line integer not null,
  description text not null,
  quantity integer not null default 1 check (quantity > 0),
  primary key (order_id, line)
);
alter table public.order_items enable row level security;

create policy "Customers see the items of their orders" on public.order_items
  for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_id and o.user_id = (select auth.uid())));
