-- Plain Postgres: one role for the application, which sets the tenant for each transaction.
create role app_user nologin;
create schema app;
grant usage on schema app to app_user;

create function app.tenant_id() returns uuid language sql stable parallel safe
return nullif(current_setting('app.tenant_id', true), '')::uuid;

create table app.customers (
  tenant_id uuid not null default app.tenant_id(),
  id bigint generated always as identity,
  name text not null,
  primary key (tenant_id, id)
);
create table app.orders (
  tenant_id uuid not null default app.tenant_id(),
  id bigint generated always as identity,
  customer_id bigint not null,
  placed_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, customer_id) references app.customers (tenant_id, id)
);
create index orders_customer_idx on app.orders (tenant_id, customer_id);
alter table app.customers enable row level security;
alter table app.customers force row level security;
alter table app.orders enable row level security, force row level security;
grant select, insert, update, delete on app.customers, app.orders to app_user;

create policy tenant_isolation on app.customers
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
  with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
create policy tenant_isolation on app.orders to app_user
  using (tenant_id = (select app.tenant_id()));
