-- sound plain tenant by setting
create role web nologin;
create schema app;
grant usage on schema app to web;
create table app.orders (id bigint generated always as identity primary key, tenant_id int not null, total numeric);
create index on app.orders (tenant_id);
alter table app.orders enable row level security;
alter table app.orders force row level security;
grant select, insert, update, delete on app.orders to web;
create policy tenant on app.orders to web using (tenant_id = (select nullif(current_setting('app.tenant', true), '')::int)) with check (tenant_id = (select nullif(current_setting('app.tenant', true), '')::int));
-- rows
insert into app.orders (tenant_id) values (1), (2);
-- try
web [app.tenant=1]: select from app.orders where tenant_id = 2
web [app.tenant=1]: update app.orders set tenant_id = 2
web [app.tenant=1]: insert into app.orders (tenant_id) values (2)
web: select from app.orders
ok web [app.tenant=1]: select from app.orders

-- open plain tenant setting unset shows all
create role web nologin;
create schema app;
grant usage on schema app to web;
create table app.orders (id bigint generated always as identity primary key, tenant_id int not null, total numeric);
create index on app.orders (tenant_id);
alter table app.orders enable row level security;
grant select, insert, update, delete on app.orders to web;
create policy tenant on app.orders using (nullif(current_setting('app.tenant', true), '') is null or tenant_id = nullif(current_setting('app.tenant', true), '')::int);
-- rows
insert into app.orders (tenant_id) values (1), (2);
-- try
web: select from app.orders where tenant_id = 2

-- open plain tenant insert unchecked
create role web nologin;
create schema app;
grant usage on schema app to web;
create table app.orders (id bigint generated always as identity primary key, tenant_id int not null, total numeric);
create index on app.orders (tenant_id);
alter table app.orders enable row level security;
alter table app.orders force row level security;
grant select, insert, update, delete on app.orders to web;
create policy tenant on app.orders to web using (tenant_id = (select current_setting('app.tenant')::int)) with check (true);
-- rows
insert into app.orders (tenant_id) values (1), (2);
-- try
web [app.tenant=1]: insert into app.orders (tenant_id) values (2)
web [app.tenant=1]: update app.orders set tenant_id = 2

-- sound plain login role per person
create role clerk nologin;
create schema hr;
grant usage on schema hr to clerk;
create table hr.requests (id bigint generated always as identity primary key, requested_by name not null default current_user, days int not null);
create index on hr.requests (requested_by);
alter table hr.requests enable row level security;
grant select, insert on hr.requests to clerk;
create policy own on hr.requests for select using (requested_by = current_user);
create policy add on hr.requests for insert with check (requested_by = current_user);
-- rows
insert into hr.requests (requested_by, days) values ('other', 1);
-- try
clerk: select from hr.requests
clerk: insert into hr.requests (requested_by, days) values ('other', 2)
ok clerk: insert into hr.requests (days) values (2)

-- open plain rls enabled but owner used by the application
create role web nologin;
create schema app;
grant usage on schema app to web;
create table app.orders (id bigint generated always as identity primary key, tenant_id int not null);
create index on app.orders (tenant_id);
alter table app.orders owner to web;
alter table app.orders enable row level security;
create policy tenant on app.orders to web using (tenant_id = (select current_setting('app.tenant')::int));
-- rows
insert into app.orders (tenant_id) values (1), (2);
-- try
web [app.tenant=1]: select from app.orders where tenant_id = 2

-- sound plain postgres with app schema and group roles
create role app_reader nologin;
create role app_writer nologin in role app_reader;
create schema app;
grant usage on schema app to app_reader;
create table app.accounts (id bigint generated always as identity primary key, owner text not null default current_setting('app.user_id', true), body text);
create index on app.accounts (owner);
alter table app.accounts enable row level security;
alter table app.accounts force row level security;
grant select on app.accounts to app_reader;
grant insert, update, delete on app.accounts to app_writer;
create policy r on app.accounts for select to app_reader using (owner = (select current_setting('app.user_id', true)));
create policy w on app.accounts to app_writer using (owner = (select current_setting('app.user_id', true))) with check (owner = (select current_setting('app.user_id', true)));
-- rows
insert into app.accounts (owner) values ('bob');
-- try
app_writer [app.user_id=ann]: select from app.accounts
app_writer [app.user_id=ann]: insert into app.accounts (owner) values ('bob')
app_reader [app.user_id=bob]: delete from app.accounts
ok app_writer [app.user_id=ann]: insert into app.accounts (owner) values ('ann')
