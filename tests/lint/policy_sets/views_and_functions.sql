-- sound profile role guarded by trigger
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  display_name text, role text not null default 'user'
);
alter table public.profiles enable row level security;
create function public.keep_role() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.role is distinct from old.role and current_user in ('anon', 'authenticated') then
    raise exception 'role is read-only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_role before update on public.profiles for each row execute function public.keep_role();
create policy own_select on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy own_update on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
-- rows
insert into public.profiles (id) values (:ann), (:bob);
-- try
ann: update public.profiles set role = 'admin' where id = :ann
ann: update public.profiles set display_name = 'x' where id = :bob
ok ann: update public.profiles set display_name = 'x' where id = :ann

-- sound signup by trigger with user_metadata name only
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  full_name text, avatar_url text, is_admin boolean not null default false
);
alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated;
grant select, update (full_name, avatar_url) on public.profiles to authenticated;
create policy own_select on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy own_update on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, full_name, avatar_url)
  values (new.id, new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'avatar_url');
  return new;
end; $$;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
-- rows
insert into auth.users (id, email) values ('99999999-0000-4000-8000-000000000009', 'z@z.z');
insert into public.profiles (id) values (:ann), (:bob);
-- try
ann: select from public.profiles where id <> :ann
ann: update public.profiles set is_admin = true
ok ann: update public.profiles set full_name = 'Ann' where id = :ann

-- open signup trigger copies is_admin
create table public.profiles (
  id uuid references auth.users on delete cascade primary key,
  full_name text, is_admin boolean not null default false
);
alter table public.profiles enable row level security;
revoke all on public.profiles from anon, authenticated;
grant select, update (full_name) on public.profiles to authenticated;
create policy own_select on public.profiles for select to authenticated using ((select auth.uid()) = id);
create policy own_update on public.profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, full_name, is_admin)
  values (new.id, new.raw_user_meta_data ->> 'full_name', (new.raw_user_meta_data ->> 'is_admin')::boolean);
  return new;
end; $$;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
-- rows
insert into auth.users (id, email, raw_user_meta_data) values ('99999999-0000-4000-8000-000000000009', 'z@z.z', '{"is_admin": true}');
-- try
zed: select from public.profiles where is_admin

-- open view without invoker
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, iban text not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create view public.account_overview as select id, user_id, right(iban, 4) as tail from public.accounts;
-- rows
insert into public.accounts (user_id, iban) values (:bob, 'DE00');
-- try
ann: select from public.account_overview

-- sound view with invoker and a revoked reporting view
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, iban text not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create view public.account_overview with (security_invoker = true) as select id, user_id, right(iban, 4) as tail from public.accounts;
create schema reporting;
create view reporting.totals as select user_id, count(*) from public.accounts group by user_id;
-- rows
insert into public.accounts (user_id, iban) values (:bob, 'DE00');
-- try
ann: select from public.account_overview
ann: select from reporting.totals

-- open view replaced without invoker
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, iban text not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create view public.account_overview with (security_invoker = true) as select id, user_id from public.accounts;
create or replace view public.account_overview as select id, user_id, iban from public.accounts;
-- rows
insert into public.accounts (user_id, iban) values (:bob, 'DE00');
-- try
ann: select from public.account_overview

-- sound view of own rows by definer
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, iban text not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create view public.my_accounts with (security_barrier = true) as select id, right(iban, 4) as tail from public.accounts where user_id = (select auth.uid());
revoke all on public.my_accounts from anon, authenticated;
grant select on public.my_accounts to authenticated;
-- rows
insert into public.accounts (user_id, iban) values (:bob, 'DE00');
-- try
ann: select from public.my_accounts
ann: select from public.accounts

-- open materialized view in api
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, balance int not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create materialized view public.balances as select user_id, sum(balance) as total from public.accounts group by user_id;
-- rows
insert into public.accounts (user_id, balance) values (:bob, 1);
refresh materialized view public.balances;
-- try
ann: select from public.balances

-- open rpc returns rows of a given user
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, balance int not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create function public.get_accounts(uid uuid) returns setof public.accounts language sql stable security definer set search_path = '' as
$$ select * from public.accounts where user_id = uid $$;
-- rows
insert into public.accounts (user_id, balance) values (:bob, 1);
-- try
ann: select from public.get_accounts(:bob)

-- open rpc for signed in returns rows of a given user
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, balance int not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create function public.get_accounts(uid uuid) returns setof public.accounts language sql stable security definer set search_path = '' as
$$ select * from public.accounts where user_id = uid $$;
revoke execute on function public.get_accounts(uuid) from public, anon;
grant execute on function public.get_accounts(uuid) to authenticated;
-- rows
insert into public.accounts (user_id, balance) values (:bob, 1);
-- try
ann: select from public.get_accounts(:bob)

-- sound rpc invoker
create table public.accounts (id bigint generated always as identity primary key, user_id uuid not null references auth.users, balance int not null);
create index on public.accounts (user_id);
alter table public.accounts enable row level security;
create policy own on public.accounts for select to authenticated using (user_id = (select auth.uid()));
create function public.get_accounts(uid uuid) returns setof public.accounts language sql stable security invoker set search_path = '' as
$$ select * from public.accounts where user_id = uid $$;
-- rows
insert into public.accounts (user_id, balance) values (:bob, 1);
-- try
ann: select from public.get_accounts(:bob)

-- sound rpc definer own rows
create table public.wallets (user_id uuid primary key references auth.users, balance int not null check (balance >= 0));
alter table public.wallets enable row level security;
revoke insert, update, delete on public.wallets from anon, authenticated;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.pay(recipient uuid, amount int) returns void language plpgsql security definer set search_path = '' as $$
begin
  if amount <= 0 then raise exception 'amount'; end if;
  update public.wallets set balance = balance - amount where user_id = auth.uid();
  if not found then raise exception 'no wallet'; end if;
  update public.wallets set balance = balance + amount where user_id = recipient;
end $$;
revoke execute on function public.pay(uuid, int) from public, anon;
grant execute on function public.pay(uuid, int) to authenticated;
-- rows
insert into public.wallets values (:ann, 10), (:bob, 10);
-- try
ann: select from public.wallets where user_id = :bob
ann: update public.wallets set balance = 100
anon: select public.pay(:bob, 1)
ann: select public.pay(:bob, -5)
ok ann: select public.pay(:bob, 5)

-- open rpc compares the caller with null
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.empty_wallet(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() <> uid then
    raise exception 'not yours';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
-- rows
insert into public.wallets values (:bob, 10);
-- try
anon: select public.empty_wallet(:bob) ;; reset: select from public.wallets where balance = 0

-- sound reviews by verified buyers
create table public.purchases (user_id uuid not null references auth.users, product_id bigint not null, paid_at timestamptz, primary key (user_id, product_id));
alter table public.purchases enable row level security;
create policy own on public.purchases for select to authenticated using (user_id = (select auth.uid()));
create table public.reviews (product_id bigint not null, user_id uuid not null default auth.uid() references auth.users, stars int not null check (stars between 1 and 5), body text, primary key (user_id, product_id));
alter table public.reviews enable row level security;
create policy "read" on public.reviews for select to anon, authenticated using (true);
create policy "review" on public.reviews for insert to authenticated
  with check (user_id = (select auth.uid()) and exists (select 1 from public.purchases p where p.user_id = (select auth.uid()) and p.product_id = reviews.product_id and p.paid_at is not null));
create policy "edit" on public.reviews for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.purchases values (:bob, 1, now());
insert into public.reviews values (1, :bob, 5, 'x');
-- try
ann: insert into public.reviews (product_id, stars) values (1, 1)
ann: insert into public.reviews (product_id, user_id, stars) values (1, :eve, 1)
ann: update public.reviews set stars = 1

-- open reviews by any buyer of anything
create table public.purchases (user_id uuid not null references auth.users, product_id bigint not null, paid_at timestamptz, primary key (user_id, product_id));
alter table public.purchases enable row level security;
create policy own on public.purchases for select to authenticated using (user_id = (select auth.uid()));
create table public.downloads (id bigint generated always as identity primary key, product_id bigint not null, url text);
alter table public.downloads enable row level security;
create policy "buyers" on public.downloads for select to authenticated using (exists (select 1 from public.purchases p where p.user_id = auth.uid() and p.paid_at is not null));
-- rows
insert into public.purchases values (:ann, 2, now());
insert into public.downloads (product_id, url) values (1, 'x');
-- try
ann: select from public.downloads

-- sound org created with owner membership by trigger
create table public.orgs (id uuid primary key default gen_random_uuid(), name text not null, created_by uuid not null default auth.uid() references auth.users);
create index on public.orgs (created_by);
create table public.org_members (org_id uuid not null references public.orgs on delete cascade, user_id uuid not null references auth.users on delete cascade, role text not null default 'member', primary key (org_id, user_id));
create index on public.org_members (user_id);
alter table public.orgs enable row level security;
alter table public.org_members enable row level security;
create function public.add_owner() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.org_members (org_id, user_id, role) values (new.id, new.created_by, 'owner');
  return new;
end $$;
create trigger add_owner after insert on public.orgs for each row execute function public.add_owner();
create policy "create" on public.orgs for insert to authenticated with check (created_by = (select auth.uid()));
create policy "see" on public.orgs for select to authenticated using (created_by = (select auth.uid()) or id in (select m.org_id from public.org_members m where m.user_id = (select auth.uid())));
create policy "own" on public.org_members for select to authenticated using (user_id = (select auth.uid()));
create policy "leave" on public.org_members for delete to authenticated using (user_id = (select auth.uid()) and role <> 'owner');
-- rows
insert into public.orgs (id, name, created_by) values (:o2, 'b', :bob);
-- try
ann: select from public.orgs
ann: insert into public.org_members values (:o2, :ann, 'owner')
ann: insert into public.orgs (name, created_by) values ('x', :bob)
ok ann: insert into public.orgs (name) values ('x')

-- sound invite tokens by function only
create table public.spaces (id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users, title text);
create index on public.spaces (owner_id);
create table public.space_members (space_id uuid not null references public.spaces, user_id uuid not null references auth.users, primary key (space_id, user_id));
create index on public.space_members (user_id);
create table public.space_invites (token uuid primary key default gen_random_uuid(), space_id uuid not null references public.spaces, email text not null, used_at timestamptz);
create index on public.space_invites (space_id);
alter table public.spaces enable row level security;
alter table public.space_members enable row level security;
alter table public.space_invites enable row level security;
create policy "owner" on public.spaces for all to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "member" on public.spaces for select to authenticated using (id in (select sm.space_id from public.space_members sm where sm.user_id = (select auth.uid())));
create policy "own" on public.space_members for select to authenticated using (user_id = (select auth.uid()));
create function public.redeem(invite uuid) returns void language plpgsql security definer set search_path = '' as $$
declare
  found_space uuid;
begin
  update public.space_invites set used_at = now()
  where token = invite and used_at is null and email = (select u.email from auth.users u where u.id = auth.uid() and u.email_confirmed_at is not null)
  returning space_id into found_space;
  if found_space is null then
    raise exception 'invalid';
  end if;
  insert into public.space_members values (found_space, auth.uid());
end $$;
revoke execute on function public.redeem(uuid) from public, anon;
grant execute on function public.redeem(uuid) to authenticated;
-- rows
insert into public.spaces values (:o2, :bob, 'x');
insert into public.space_invites (token, space_id, email) values (:o1, :o2, 'eve@example.org');
-- try
ann: select public.redeem(:o1)
ann: insert into public.space_members values (:o2, :ann)
ann: select from public.space_invites
ann: select from public.spaces

-- sound username lookup for login and public card
create table public.profiles (id uuid primary key references auth.users, username text not null unique, phone text, is_searchable boolean not null default false);
alter table public.profiles enable row level security;
create policy "self" on public.profiles for select to authenticated using (id = (select auth.uid()));
create policy "self update" on public.profiles for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create function public.username_available(candidate text) returns boolean language sql stable security definer set search_path = '' as
$$ select not exists (select 1 from public.profiles p where p.username = candidate) $$;
revoke execute on function public.username_available(text) from public, anon;
grant execute on function public.username_available(text) to authenticated;
create function public.find_people(q text) returns table (id uuid, username text) language sql stable security definer set search_path = '' as
$$ select p.id, p.username from public.profiles p where p.is_searchable and p.username like q || '%' limit 10 $$;
revoke execute on function public.find_people(text) from public, anon;
grant execute on function public.find_people(text) to authenticated;
-- rows
insert into public.profiles values (:bob, 'bob', '1', false), (:ann, 'ann', '2', false);
-- try
ann: select from public.profiles where id = :bob
ann: select from public.find_people('b')
anon: select from public.find_people('b')

-- open partition reached directly
create table public.events (id bigint not null, user_id uuid not null, at date not null, primary key (id, at)) partition by range (at);
create table public.events_2026 partition of public.events for values from ('2026-01-01') to ('2027-01-01');
create index on public.events (user_id);
alter table public.events enable row level security;
grant select on public.events, public.events_2026 to authenticated;
create policy own on public.events for select to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.events values (1, :bob, '2026-05-05');
-- try
ann: select from public.events_2026

-- open definer function with dynamic table name
create table public.secrets (id bigint generated always as identity primary key, body text);
alter table public.secrets enable row level security;
create function public.count_rows(t text) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  n bigint;
begin
  execute 'select count(*) from ' || t into n;
  return n;
end $$;
-- rows
insert into public.secrets (body) values ('x');
-- try
anon: select public.count_rows('public.secrets where body = ''x''')

-- open writes through a trigger as definer from user input
create table public.requests (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, wanted_role text);
create index on public.requests (user_id);
alter table public.requests enable row level security;
create policy own on public.requests for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create table public.roles (user_id uuid primary key references auth.users, role text);
alter table public.roles enable row level security;
create policy own on public.roles for select to authenticated using (user_id = (select auth.uid()));
create policy upd on public.roles for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.roles values (:ann, 'user');
-- try
ann: update public.roles set role = 'admin'

-- sound handed over by function
create table public.vehicles (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, plate text);
create index on public.vehicles (owner_id);
alter table public.vehicles enable row level security;
create policy "own" on public.vehicles for select to authenticated using (owner_id = (select auth.uid()));
create policy "edit" on public.vehicles for update to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create function public.hand_over(vehicle bigint, recipient uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  update public.vehicles set owner_id = recipient where id = vehicle and owner_id = (select auth.uid());
  if not found then
    raise exception 'not yours' using errcode = '42501';
  end if;
end $$;
revoke all on function public.hand_over(bigint, uuid) from public, anon;
-- rows
insert into public.vehicles (owner_id, plate) values (:ann, 'x'), (:bob, 'y');
-- try
ann: update public.vehicles set owner_id = :bob
ann: select public.hand_over(2, :ann)
ok ann: select public.hand_over(1, :bob)

-- sound guarded rpc checks null
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.empty_wallet(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() is null or auth.uid() <> uid then
    raise exception 'not yours';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
create function public.reset_wallet(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
declare
  caller uuid := auth.uid();
begin
  if caller is distinct from uid then
    raise exception 'not yours';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
create function public.admin_reset(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(auth.jwt() -> 'app_metadata' ->> 'role', '') <> 'admin' then
    raise exception 'admins only';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
-- rows
insert into public.wallets values (:bob, 10);
-- try
anon: select public.empty_wallet(:bob)
anon: select public.reset_wallet(:bob)
anon: select public.admin_reset(:bob)
ann: select public.empty_wallet(:bob)
ok bob: select public.empty_wallet(:bob)

-- open admin rpc compares a claim with null
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.admin_reset(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if (auth.jwt() -> 'app_metadata' ->> 'role') <> 'admin' then
    raise exception 'admins only';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
revoke all on function public.admin_reset(uuid) from public, anon;
-- rows
insert into public.wallets values (:bob, 10);
-- try
ann: select public.admin_reset(:bob)

-- open admin rpc checks a table with not and null
create table public.user_roles (user_id uuid primary key references auth.users, role text not null);
alter table public.user_roles enable row level security;
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.admin_reset(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if (select role from public.user_roles where user_id = auth.uid()) <> 'admin' then
    raise exception 'admins only';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
revoke all on function public.admin_reset(uuid) from public, anon;
-- rows
insert into public.wallets values (:bob, 10);
-- try
ann: select public.admin_reset(:bob)

-- sound admin rpc by not exists
create table public.user_roles (user_id uuid primary key references auth.users, role text not null);
alter table public.user_roles enable row level security;
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create policy own on public.wallets for select to authenticated using (user_id = (select auth.uid()));
create function public.admin_reset(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select 1 from public.user_roles where user_id = auth.uid() and role = 'admin') then
    raise exception 'admins only';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
revoke all on function public.admin_reset(uuid) from public, anon;
-- rows
insert into public.wallets values (:bob, 10);
-- try
ann: select public.admin_reset(:bob)

-- open views grant of a column the table hides
create table public.people (id uuid primary key references auth.users, name text, phone text);
alter table public.people enable row level security;
revoke select on public.people from anon, authenticated;
grant select (id, name) on public.people to authenticated;
create policy "directory" on public.people for select to authenticated using (true);
create view public.people_view as select * from public.people;
grant select on public.people_view to authenticated;
-- rows
insert into public.people values (:bob, 'b', '1');
-- try
ann: select phone from public.people_view

-- sound public card view on purpose
create table public.people (id uuid primary key references auth.users, name text, phone text);
alter table public.people enable row level security;
create policy "self" on public.people for select to authenticated using (id = (select auth.uid()));
create table public.cards (id uuid primary key references public.people, name text not null);
alter table public.cards enable row level security;
create policy "cards are public" on public.cards for select to anon, authenticated using (true);
create function public.copy_card() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.cards (id, name) values (new.id, coalesce(new.name, 'anonymous'))
  on conflict (id) do update set name = excluded.name;
  return new;
end $$;
create trigger copy_card after insert or update on public.people for each row execute function public.copy_card();
create policy "self change" on public.people for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
-- rows
insert into public.people values (:bob, 'b', '1');
-- try
ann: select from public.people
ann: update public.cards set name = 'x'
ok anon: select from public.cards

-- open default privileges plus function granted to all
create schema internal;
grant usage on schema internal to anon, authenticated;
alter default privileges in schema internal grant all on tables to authenticated;
create table internal.payroll (id bigint generated always as identity primary key, user_id uuid not null, amount numeric);
-- rows
insert into internal.payroll (user_id, amount) values (:bob, 1);
-- try
ann: select from internal.payroll

-- sound admin rpc reads the profile that each user has
create table public.profiles (id uuid primary key references auth.users on delete cascade, role text not null default 'user');
alter table public.profiles enable row level security;
create policy own on public.profiles for select to authenticated using (id = (select auth.uid()));
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id) values (new.id); return new; end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create table public.wallets (user_id uuid primary key references auth.users, balance int not null);
alter table public.wallets enable row level security;
create function public.admin_reset(uid uuid) returns void language plpgsql security definer set search_path = '' as $$
begin
  if (select role from public.profiles where id = auth.uid()) <> 'admin' then
    raise exception 'admins only';
  end if;
  update public.wallets set balance = 0 where user_id = uid;
end $$;
revoke all on function public.admin_reset(uuid) from public, anon;
grant execute on function public.admin_reset(uuid) to authenticated;
-- rows
insert into public.profiles values (:ann), (:bob);
insert into public.wallets values (:bob, 10);
-- try
ann: select public.admin_reset(:bob)

-- open gift cards read by code pattern
CREATE TABLE public.gift_cards (code text PRIMARY KEY, balance int NOT NULL, redeemed_by uuid REFERENCES auth.users);
CREATE INDEX ON public.gift_cards (redeemed_by);
ALTER TABLE public.gift_cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY "look up" ON public.gift_cards FOR SELECT TO authenticated USING (true);
CREATE POLICY "redeem" ON public.gift_cards FOR UPDATE TO authenticated USING (redeemed_by IS NULL) WITH CHECK (redeemed_by = (SELECT auth.uid()));
-- rows
INSERT INTO public.gift_cards VALUES ('A', 10, NULL);
-- try
ann: update public.gift_cards set redeemed_by = :ann, balance = 1000000

-- sound gift cards redeemed by a function
CREATE TABLE public.gift_cards (code text PRIMARY KEY, balance int NOT NULL, redeemed_by uuid REFERENCES auth.users);
CREATE INDEX ON public.gift_cards (redeemed_by);
ALTER TABLE public.gift_cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY "mine" ON public.gift_cards FOR SELECT TO authenticated USING (redeemed_by = (SELECT auth.uid()));
CREATE FUNCTION public.redeem_card(card text) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE public.gift_cards SET redeemed_by = auth.uid() WHERE code = card AND redeemed_by IS NULL AND auth.uid() IS NOT NULL RETURNING balance
$$;
REVOKE EXECUTE ON FUNCTION public.redeem_card(text) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.redeem_card(text) TO authenticated;
-- rows
INSERT INTO public.gift_cards VALUES ('A', 10, NULL), ('B', 10, :bob);
-- try
ann: select from public.gift_cards
ann: update public.gift_cards set balance = 0
ann: select public.redeem_card('B') ;; select from public.gift_cards where code = 'B'
ok ann: select public.redeem_card('A')

-- sound couriers by role table claim jobs through function
CREATE TABLE public.couriers (user_id uuid PRIMARY KEY REFERENCES auth.users);
ALTER TABLE public.couriers ENABLE ROW LEVEL SECURITY;
CREATE POLICY self ON public.couriers FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE TABLE public.deliveries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id uuid NOT NULL REFERENCES auth.users, courier_id uuid REFERENCES public.couriers, address text);
CREATE INDEX ON public.deliveries (customer_id);
CREATE INDEX ON public.deliveries (courier_id);
ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY "customer" ON public.deliveries FOR SELECT TO authenticated USING (customer_id = (SELECT auth.uid()));
CREATE POLICY "couriers see open and own jobs" ON public.deliveries FOR SELECT TO authenticated
  USING (courier_id = (SELECT auth.uid()) OR (courier_id IS NULL AND EXISTS (SELECT 1 FROM public.couriers c WHERE c.user_id = (SELECT auth.uid()))));
CREATE FUNCTION public.claim(delivery bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.couriers c WHERE c.user_id = auth.uid()) THEN
    RAISE EXCEPTION 'couriers only';
  END IF;
  UPDATE public.deliveries SET courier_id = auth.uid() WHERE id = delivery AND courier_id IS NULL;
END $$;
REVOKE EXECUTE ON FUNCTION public.claim(bigint) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.claim(bigint) TO authenticated;
-- rows
INSERT INTO public.couriers VALUES (:eve);
INSERT INTO public.deliveries (customer_id) VALUES (:bob);
-- try
ann: select from public.deliveries
ann: select public.claim(1)
ann: insert into public.couriers values (:ann)
ann: update public.deliveries set courier_id = :ann
ok eve: select from public.deliveries

-- sound onboarding step creates organization and first member in one statement of a function
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table public.organization_members (organization_id uuid not null references public.organizations, user_id uuid not null references auth.users, role text not null, primary key (organization_id, user_id));
create index on public.organization_members (user_id);
alter table public.organizations enable row level security;
alter table public.organization_members enable row level security;
create policy "member" on public.organizations for select to authenticated using (exists (select from public.organization_members om where om.organization_id = organizations.id and om.user_id = (select auth.uid())));
create policy "self" on public.organization_members for select to authenticated using (user_id = (select auth.uid()));
create function public.create_organization(org_name text) returns uuid language plpgsql security definer set search_path = '' as $$
declare
  new_id uuid;
begin
  if auth.uid() is null then raise exception 'sign in'; end if;
  insert into public.organizations (name) values (org_name) returning id into new_id;
  insert into public.organization_members values (new_id, auth.uid(), 'owner');
  return new_id;
end $$;
revoke execute on function public.create_organization(text) from public, anon;
grant execute on function public.create_organization(text) to authenticated;
-- rows
insert into public.organizations values (:o2, 'b');
-- try
ann: select from public.organizations
ann: insert into public.organization_members values (:o2, :ann, 'owner')
anon: select public.create_organization('x')
ok ann: select public.create_organization('x')
