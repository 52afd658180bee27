-- Faulty scripts, one per line, under the name of the rule that reports them. Every script runs after these tables.

create table public.notes (id uuid primary key, user_id uuid not null, team_id uuid, body text, email text, owner_name text, status text);
create index on public.notes (user_id);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
create table public.members (team_id uuid not null, user_id uuid not null, role text, primary key (user_id, team_id));
alter table public.members enable row level security;
grant select on public.members to authenticated;
create policy seen on public.members for select to authenticated using (true);

-- auth-rls-initplan
create policy p on public.notes for select to authenticated using (auth.uid() = user_id);
create policy p on public.notes for select to authenticated using ("auth"."uid"() = user_id);
create policy p on public.notes for select to authenticated using (USER_ID = AUTH.UID());
create policy p on public.notes for select to authenticated using ((select auth.uid()) = user_id or (auth.jwt() ->> 'role') = 'x');
create policy p on public.notes for select to authenticated using (user_id::text = current_setting('request.jwt.claim.sub', true));
create policy p on public.notes for insert to authenticated with check (auth.uid() = user_id);
create policy p on public.notes to authenticated using (false); alter policy p on public.notes using (auth.uid() = user_id);
do $$ begin create policy p on public.notes for select to authenticated using (auth.uid() = user_id); end $$;
do $$ begin execute 'create policy p on public.notes for select to authenticated using (auth.uid() = user_id)'; end $$;
create function me() returns uuid language sql stable as 'select auth.uid()'; create policy p on public.notes for select to authenticated using (user_id = me());
create function me() returns uuid language plpgsql stable security definer set search_path='' as 'begin return auth.uid(); end'; create policy p on public.notes for select to authenticated using (user_id = public.me());
create policy p on public.notes for select to authenticated using (coalesce(auth.uid() = user_id, false));
create policy p on public.notes for select to authenticated using (not (auth.uid() is distinct from user_id));
create policy p on public.notes for select to authenticated using (user_id in (auth.uid()));
create policy p on public.notes for select to authenticated using (case when auth.uid() = user_id then true else false end);
create policy p on public.notes for select to authenticated using (exists (select 1 from members m where m.team_id = notes.team_id and m.user_id = auth.uid()));
create policy p on public.notes for select to authenticated using ((select auth.uid() = user_id));

-- auth-users-exposed
create view public.u as select id, email from auth.users; grant select on public.u to anon;
CREATE VIEW public."U" AS SELECT * FROM "auth"."users" u JOIN notes n ON n.user_id = u.id; GRANT ALL ON ALL TABLES IN SCHEMA public TO authenticated;
create materialized view public.u as select count(*) from auth.users; grant select on u to authenticated;
create view public.u as with x as (select email from auth.users) select * from x; grant select (email) on u to anon;
create view private.inner_ as select email from auth.users; create view public.u as select * from private.inner_; grant select on public.u to authenticated;
alter default privileges in schema public grant select on tables to anon; create view public.u as select email from auth.users;
create view public.u with (security_invoker=false) as select email from auth.users; grant select on public.u to public;
create view public.u as select n.id, (select email from auth.users x where x.id = n.user_id) from notes n; grant select on public.u to authenticated;
create view public.u with (security_invoker) as select email from auth.users; alter view public.u reset (security_invoker); grant select on public.u to authenticated;

-- default-privileges-open
alter default privileges grant select on tables to public;
alter default privileges for role postgres in schema public grant all on tables to anon;
alter default privileges in schema public grant insert, update on tables to authenticated;

-- default-privileges-revoked-in-vain
alter default privileges in schema public revoke execute on functions from public;
alter default privileges in schema public, api revoke all on routines from public, anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public REVOKE ALL PRIVILEGES ON FUNCTIONS FROM PUBLIC;

-- duplicate-index
create index on notes (user_id);
create unique index a on notes(id);
create index concurrently z on notes using btree (user_id asc);
create index "Z" on "public"."notes" ("user_id");

-- duplicate-policies
create policy p on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy q on public.notes for select to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy q on public.notes for select to authenticated using (("user_id" = (SELECT auth.uid())));
create policy p on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy q on public.notes for select to authenticated using ((select auth.uid()) = user_id);

-- extension-in-public
create extension pg_trgm;
create extension if not exists pg_trgm schema public;
CREATE EXTENSION "pg_trgm" WITH SCHEMA "public";

-- fkey-to-auth-unique
create table z (id int primary key, phone text references auth.users (phone));
create table z (id int primary key, phone text); alter table z add foreign key (phone) references auth.users (phone);
create table z (id int primary key); alter table z add column p text references auth.users(phone);

-- force-row-security-missing
create policy p on public.notes for select to authenticated using ((select auth.uid()) = user_id); alter table notes owner to authenticated;
create role app; create role owner_role; grant owner_role to app; alter table notes owner to owner_role; create policy p on public.notes for select to app using (owner_name = current_user);
create role app; create policy p on public.notes for select to app using (body='x'); alter table notes owner to app;

-- foreign-key-tells-of-others
create table cc (id int primary key, note_id uuid references notes, user_id uuid not null); alter table cc enable row level security; create policy p on cc for insert to authenticated with check (user_id = (select auth.uid()));

-- function-search-path-mutable
create function public.f(a int) returns int language sql as $$ select count(*)::int from notes where id is not null $$;
create function public.f(a int) returns int stable language sql as $$ select count(*)::int from notes where id is not null $$;
create function public.f(a int) returns int language sql set work_mem = '1MB' as $$ select count(*)::int from notes where id is not null $$;
create procedure pr() language plpgsql as $$ begin perform now(); delete from notes; end $$;
create function tg() returns trigger language plpgsql as $$ begin new.body = lower(new.body); return new; end $$;
create function public.f(a int) returns int language sql set search_path='' as $$ select count(*)::int from notes where id is not null $$; alter function public.f reset search_path;
create function public.f(a int) returns int language sql set search_path='' as $$ select count(*)::int from notes where id is not null $$; alter function public.f reset all;
create function public.f(a int) returns int language sql set search_path='' as $$ select count(*)::int from notes where id is not null $$; create or replace function public.f(a int) returns int language sql as $$ select count(*)::int from notes where id is not null $$;

-- immutable-function-reads-session
create function f() returns uuid language sql immutable as 'select auth.uid()';
create function f() returns text language sql immutable as $$ select current_setting('app.x', true) $$;
create function f() returns text language sql immutable return current_user;
create function f() returns uuid language sql immutable begin atomic; select auth.uid(); end;
create function f() returns uuid language plpgsql immutable as 'begin return auth.uid(); end';
create function f() returns uuid language sql stable as 'select auth.uid()'; alter function f() immutable;
create function g() returns uuid language sql stable as 'select auth.uid()'; create function f() returns uuid language sql immutable as 'select g()';
create function f() returns uuid language sql immutable as 'select "auth"."uid"()';

-- leakproof-function
create function f(a text) returns boolean language sql immutable leakproof as 'select true';
create function f(a text) returns boolean language sql as 'select true'; alter function f(text) leakproof;
create function f(a text) returns boolean leakproof language plpgsql as 'begin return true; end';

-- multiple-permissive-policies
create policy p on public.notes for select to authenticated using (body = 'x'); create policy q on public.notes for all to authenticated using ((select auth.uid()) = user_id);
create policy p on public.notes for select to public using (body = 'x'); create policy q on public.notes for select to anon using (body = 'y');
do $$ begin create policy p on public.notes for update using (body = 'x'); create policy q on notes for update using (body='y'); end $$;

-- no-primary-key
create table t (id int);
create table t (id int unique);
create table t as select 1 as a;
create unlogged table t (a int);

-- nullable-owner-column
create table public.notes (id uuid primary key, user_id uuid, team_id uuid, body text, email text, owner_name text, status text); create index on public.notes (user_id); alter table public.notes enable row level security; grant select, insert, update, delete on public.notes to authenticated; create policy p on public.notes for select to authenticated using (user_id = (select auth.uid()));
create table public.notes (id uuid primary key, user_id uuid, team_id uuid, body text, email text, owner_name text, status text); create index on public.notes (user_id); alter table public.notes enable row level security; grant select, insert, update, delete on public.notes to authenticated; create policy p on public.notes for select to authenticated using ((select auth.uid())::text = user_id::text);
create table public.notes (id uuid primary key, user_id uuid, team_id uuid, body text, email text, owner_name text, status text); create index on public.notes (user_id); alter table public.notes enable row level security; grant select, insert, update, delete on public.notes to authenticated; create policy p on public.notes for select to authenticated using (user_id in ((select auth.uid())));
create table public.notes (id uuid primary key, user_id uuid, team_id uuid, body text, email text, owner_name text, status text); create index on public.notes (user_id); alter table public.notes enable row level security; grant select, insert, update, delete on public.notes to authenticated; create policy p on public.notes for all to authenticated using ((select auth.uid()) = user_id and status = 'x');
create policy p on public.notes for select to authenticated using (user_id = (select auth.uid())); alter table notes alter column user_id drop not null;

-- only-restrictive-policies
create policy p on public.notes as restrictive to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes as restrictive for select using (user_id = (select auth.uid())); create policy q on public.notes for select to authenticated using (true); drop policy q on public.notes;

-- partition-bypasses-policies
create table public.p (id int primary key) partition by range (id); alter table p enable row level security; create table public.q partition of p default; grant select on q to anon;
create table public.p (id int primary key) partition by range (id); alter table p enable row level security; create table public.q partition of p default; grant select on all tables in schema public to authenticated;
create table public.p (id int primary key) partition by range (id); alter table p enable row level security; create table public.q partition of p default; grant select(id) on q to anon;
create table public.p (id int primary key) partition by range (id); alter table p enable row level security; create table public.q partition of p default; grant select on q to public;
alter default privileges in schema public grant select on tables to anon; create table public.p (id int primary key) partition by range (id); alter table p enable row level security; create table public.q partition of p default;
create table public.p (id int primary key); create table public.q () inherits (p); alter table p enable row level security; grant select on q to anon;
create table public.p (id int primary key) partition by range (id); create table public.q (id int primary key); alter table p attach partition q default; alter table p enable row level security; grant select on q to authenticated;

-- policy-always-false
create policy p on public.notes for select to authenticated using (user_id = null);
create policy p on public.notes for select to authenticated using (1 = 2);
create policy p on public.notes for select to authenticated using (body = 'a' and null);
create policy p on public.notes for select to authenticated using (user_id <> null);
create policy p on public.notes for select to authenticated using (body is null and body is not null);
create policy p on public.notes for select to authenticated using (not true);
create policy p on public.notes for select to authenticated using (user_id = null::uuid);
create policy p on public.notes for select to authenticated using (body in (null));
create policy p on public.notes for select to authenticated using (1 in (2,3));
create policy p on public.notes for select to authenticated using (false and (select auth.uid()) = user_id);

-- policy-any-membership
create policy p on public.notes for select to authenticated using (exists (select from members where user_id = (select auth.uid()) and role = 'admin'));
create policy p on public.notes for insert to authenticated with check (exists (select 1 from members m where (select auth.uid()) = m.user_id));
create policy p on public.notes for all to authenticated using (status = 'open' and exists (select 1 from members m where m.user_id = (select auth.uid())));
create policy p on public.notes for update to authenticated using (user_id = (select auth.uid()) or (select auth.uid()) in (select user_id from members where role = 'admin'));
create policy p on public.notes for delete to authenticated using ((select auth.uid()) is not null and (select auth.uid()) = any (select m.user_id from members m));
create function in_any() returns boolean language sql stable security definer set search_path = '' as 'select exists (select 1 from public.members m where m.user_id = auth.uid())'; create policy p on public.notes for delete to authenticated using (in_any());
create function in_any() returns boolean language plpgsql stable security definer set search_path = '' as 'begin return exists (select 1 from public.members m where m.user_id = auth.uid()); end'; create policy p on public.notes for select to authenticated using (status = 'open' and (select in_any()));
create table teams (id uuid primary key); create table crew (team uuid references teams, user_id uuid, unique (team, user_id)); create table tasks (id uuid primary key, group_id uuid references teams); alter table tasks enable row level security; grant select on tasks to authenticated; create policy p on tasks for select to authenticated using (exists (select from crew c where c.user_id = (select auth.uid())));

-- policy-column-without-index
create policy p on public.notes for select to authenticated using (team_id = (select auth.uid()));
create policy p on public.notes for select to authenticated using ((select auth.uid())::text = body);
create policy p on public.notes for select to authenticated using (body = (select auth.jwt() ->> 'sub'));
create policy p on public.notes for select to authenticated using (team_id = (select (auth.jwt() -> 'app_metadata' ->> 'team')::uuid));
create policy p on public.notes for select to authenticated using (team_id in ((select auth.uid())));
drop index notes_user_id_idx; create policy p on public.notes for select to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes for select to authenticated using (team_id = any (array(select team_id from members where user_id = (select auth.uid()))));

-- policy-column-wrapped
create policy p on public.notes for select to authenticated using (user_id::text = (select auth.uid()::text));
create policy p on public.notes for select to authenticated using (lower(body) = (select auth.email()));
create policy p on public.notes for select to authenticated using ((select auth.uid()::text) = (user_id)::text);
create policy p on public.notes for select to authenticated using (cast(user_id as text) = (select auth.jwt() ->> 'sub'));
create policy p on public.notes for select to authenticated using (user_id::text in ((select auth.uid()::text)));
create policy p on public.notes for select to authenticated using (trim(body) = (select auth.email()));

-- policy-compares-session-user
create policy p on public.notes for select to authenticated using (owner_name = current_user);
create policy p on public.notes for select to authenticated using (owner_name = session_user);
create policy p on public.notes for select to authenticated using (current_user::text = owner_name);
create policy p on public.notes for select to authenticated using (owner_name = user);
create policy p on public.notes for select to authenticated using (owner_name in (current_user));
create policy p on public.notes for select to authenticated using (owner_name = (select current_user));
create policy p on public.notes for select to authenticated using (owner_name = current_role);
create policy p on public.notes for select to authenticated using (owner_name = current_user::varchar);

-- policy-exists-rls-disabled
create table x (id int primary key); create policy p on x using (id = 1);
create table x (id int primary key) partition by range (id); create policy p on x using (id = 1);
create table x (id int primary key); alter table x enable row level security; create policy p on x using (id=1); alter table x disable row level security;
create table x (id int primary key); alter table x force row level security; create policy p on x using (id = 1);

-- policy-leans-on-service-role
create policy p on public.notes for select to authenticated using ((select auth.role()) = 'service_role');
create policy p on public.notes for select  using (auth.jwt() ->> 'role' = 'service_role');
create policy p on public.notes for select to authenticated using ((select auth.role()) = 'service_role' or user_id = (select auth.uid()));
create policy p on public.notes for select to authenticated using ((select auth.role()) in ('service_role'));
create policy p on public.notes for select to authenticated using ((select auth.role()) = any (array['service_role']));
create policy p on public.notes for select to authenticated using (current_user = 'service_role');
create policy p on public.notes for select to authenticated using ((select current_setting('request.jwt.claim.role', true)) = 'service_role');
create policy p on public.notes for select to authenticated using ((select current_setting('role')) = 'service_role');

-- policy-matches-identity-by-pattern
create policy p on public.notes for select to authenticated using ((select auth.email()) like '%acme.com');
create policy p on public.notes for select to authenticated using ((select auth.jwt() ->> 'email') ilike '%acme.com%');
create policy p on public.notes for select to authenticated using ((select auth.email()) ~ 'acme.com');
create policy p on public.notes for select to authenticated using (email like '%' || (select auth.email()));
create policy p on public.notes for select to authenticated using (not ((select auth.email()) not like '%acme.com'));
create policy p on public.notes for select to authenticated using ((select auth.email()) like any (array['%acme.com']));

-- policy-names-a-user
create policy p on public.notes for select to authenticated using ((select auth.uid()) = '6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55');
create policy p on public.notes for select to authenticated using ((select auth.uid()) in ('6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55'));
create policy p on public.notes for select to authenticated using ((select auth.email()) = 'a@b.org');
create policy p on public.notes for select to authenticated using ((select auth.jwt() ->> 'email') in ('a@b.org', 'c@d.org'));
create policy p on public.notes for select to authenticated using ((select auth.uid())::text = '6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55');
create policy p on public.notes for select to authenticated using ((select auth.uid()) = any (array['6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55'::uuid]));
create policy p on public.notes for select to authenticated using ((select auth.uid()) = any ('{6f1c2a4e-58f0-4d53-a9a2-3c9b8a1d7e55}'));
create policy p on public.notes for select to authenticated using ('a@b.org' = (select auth.email()));
create policy p on public.notes for select to authenticated using (lower((select auth.email())) = 'a@b.org');

-- policy-open-to-every-user
create policy p on public.notes for delete to authenticated using ((select auth.uid()) is not null);
create policy p on public.notes for delete to authenticated using ((select auth.role()) = 'authenticated');
create policy p on public.notes for delete to authenticated using ((select auth.jwt() ->> 'role') = 'authenticated');
create policy p on public.notes for delete to authenticated using ((select auth.jwt()) is not null);
create policy p on public.notes for delete to authenticated using ((select auth.uid()) = (select auth.uid()));
create policy p on public.notes for delete to authenticated using (not ((select auth.uid()) is null));
create policy p on public.notes for delete to authenticated using ((select auth.role()) in ('authenticated', 'service_role'));
create policy p on public.notes for delete to authenticated using ((select auth.uid()) is not null and true);
create policy p on public.notes for delete to authenticated using (exists (select 1 where (select auth.uid()) is not null));
create policy p on public.notes for delete to authenticated using ((select auth.role()) <> 'anon');
create policy p on public.notes for delete to authenticated using ((select auth.jwt() ->> 'sub') is not null);
create policy p on public.notes for delete to authenticated using ((select auth.role()) = any (array['authenticated']));
create policy p on public.notes for delete to authenticated using (coalesce((select auth.uid()) is not null, false));
create policy p on public.notes  to authenticated using ((select auth.uid()) is not null);
select 1; create policy p on public.notes for update  using ((select auth.role()) = 'authenticated');
create function signed_in() returns boolean language sql stable as 'select auth.uid() is not null'; create policy p on public.notes for delete to authenticated using ((select signed_in()));
create policy r on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for insert to authenticated with check ((select auth.uid()) is not null);
create policy r on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for insert to authenticated with check ((select auth.role()) = 'authenticated');
create policy r on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for insert to authenticated with check (status = 'draft');
create policy r on public.notes for select to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for insert to authenticated with check (length(body) < 100 and body is not null);
create policy r on public.notes to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for insert to authenticated with check (auth.uid() is not null);

-- policy-passes-without-user
create policy p on public.notes for select to anon, authenticated using (auth.uid() is null or user_id = auth.uid());
create policy p on public.notes for select to anon, authenticated using ((select auth.uid()) is distinct from user_id);
create policy p on public.notes for select to anon, authenticated using (coalesce((select auth.uid()) = user_id, true));
create policy p on public.notes for select to anon, authenticated using (((select auth.uid()) = user_id) is not false);
create policy p on public.notes for select to anon, authenticated using (not exists (select 1 from members where user_id = (select auth.uid())));
create policy p on public.notes for select to anon, authenticated using ((select auth.uid()) not in (select user_id from members));
create policy p on public.notes for select to anon, authenticated using (case when (select auth.uid()) is null then true else user_id = (select auth.uid()) end);
create policy p on public.notes for select to anon, authenticated using ((select auth.jwt() ->> 'sub') is null or user_id = (select auth.uid()));
create policy p on public.notes for select to anon, authenticated using (nullif((select current_setting('request.jwt.claim.sub', true)), '') is null or user_id = (select auth.uid()));
create policy p on public.notes for select to anon, authenticated using (not (user_id = (select auth.uid())) is true);
create policy p on public.notes for select to anon, authenticated using ((user_id = (select auth.uid())) is not false);
create policy p on public.notes for select to anon, authenticated using (coalesce((select auth.uid()), user_id) = user_id);
create policy p on public.notes for select to anon, authenticated using (user_id = coalesce((select auth.uid()), user_id));
create role app; create policy p on public.notes for select to app using (current_setting('app.tenant', true) is null or team_id = current_setting('app.tenant', true)::uuid);
create role app; create policy p on public.notes for select to app using (coalesce(current_setting('app.tenant', true), '') = '' or team_id::text = current_setting('app.tenant', true));
create function me() returns uuid language sql stable as 'select auth.uid()'; create policy p on public.notes for select  using ((select me()) is null or user_id = (select me()));

-- policy-reads-auth-users
create policy p on public.notes for select to authenticated using ((select email from auth.users where id = (select auth.uid())) = email);
create policy p on public.notes for select to authenticated using (exists (select 1 from auth.users u where u.id = user_id));
create policy p on public.notes for select to authenticated using (user_id in (select id from "auth"."users"));
create policy p on public.notes for select to authenticated using (exists (with x as (select id from auth.users) select from x));
create function em() returns text language sql stable as 'select email::text from auth.users where id = auth.uid()'; create policy p on public.notes for select to authenticated using ((select em()) = email);

-- policy-reads-unprotected-table
create table public.admins (user_id uuid primary key); grant select, insert on public.admins to authenticated; create policy p on public.notes for select to authenticated using (exists (select 1 from admins where user_id = (select auth.uid())));
create table public.admins (user_id uuid primary key); grant select, insert on public.admins to authenticated; create policy p on public.notes for select to authenticated using ((select auth.uid()) in (select user_id from admins));
create table public.admins (user_id uuid primary key); grant select, insert on public.admins to authenticated; create policy p on public.notes for select to authenticated using ((select auth.uid()) = any (array(select a.user_id from public.admins a)));
create table public.admins (user_id uuid primary key); grant select, insert on public.admins to authenticated; create policy p on public.notes for select to authenticated using (exists (with a as (select * from admins) select from a where user_id = (select auth.uid())));
create table public.admins (user_id uuid primary key); grant select, insert on public.admins to authenticated; create function is_admin() returns boolean language sql stable security definer set search_path='' as 'select exists (select from public.admins where user_id = auth.uid())'; create policy p on public.notes for select to authenticated using ((select is_admin()));
create table public.admins (user_id uuid primary key); grant select, update (user_id) on public.admins to authenticated; create policy p on public.notes for select to authenticated using (exists (select 1 from admins where user_id = (select auth.uid())));
create table public.admins (user_id uuid primary key); grant all on all tables in schema public to anon; create policy p on public.notes for select to authenticated using (exists (select 1 from admins where user_id = (select auth.uid())));
create table public.admins (user_id uuid primary key); grant select on admins to authenticated; grant insert on admins to public; create policy p on public.notes for select to authenticated using (exists (select 1 from admins where user_id = (select auth.uid())));
alter default privileges in schema public grant all on tables to authenticated; create table public.admins (user_id uuid primary key); create policy p on public.notes for select to authenticated using (exists (select 1 from admins where user_id = (select auth.uid())));

-- policy-recursion
create table m (team uuid, user_id uuid, primary key (team, user_id)); alter table m enable row level security; create policy p on m for select to authenticated using (team in (select team from m where user_id = (select auth.uid())));
create table m (team uuid, user_id uuid, primary key (team, user_id)); alter table m enable row level security; create policy p on m for select to authenticated using (exists (select 1 from m m2 where m2.team = m.team and m2.user_id = auth.uid()));
create table m (team uuid, user_id uuid, primary key (team, user_id)); alter table m enable row level security; create function mine() returns setof uuid language sql stable as 'select team from m where user_id = auth.uid()'; create policy p on m for select to authenticated using (team in (select mine()));
create table m (team uuid, user_id uuid, primary key (team, user_id)); alter table m enable row level security; create view mv with (security_invoker) as select * from m; create policy p on m for select to authenticated using (team in (select team from mv));

-- policy-subquery-compares-itself
create policy p on public.notes for select to authenticated using (exists (select 1 from members m where m.team_id = team_id and m.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (exists (select 1 from members where members.team_id = team_id and members.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (exists (select 1 from members where team_id = team_id and user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (exists (select 1 from "members" as "m" where "team_id" = "m"."team_id" and m.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using ((select auth.uid()) in (select m.user_id from members m where m.team_id = team_id));
create policy p on public.notes for select to authenticated using (id in (select id from members m where m.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (id in (select notes.id from members m where m.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (exists (select 1 from members m join members n on m.team_id = m.team_id where n.user_id = (select auth.uid())));
create policy p on public.notes for select to authenticated using (exists (select 1 from members m where m.user_id = m.user_id and (select auth.uid()) is not null));
create policy p on public.notes for select to authenticated using (exists (with x as (select 1 from members m where m.team_id::text = team_id::text and m.user_id = (select auth.uid())) select from x));
create policy p on public.notes for insert to authenticated with check (exists (select 1 from members m where m.team_id = team_id and m.user_id = (select auth.uid())));

-- policy-subquery-not-tied-to-caller
create policy p on public.notes for select to authenticated using (exists (select 1 from members m where m.team_id = notes.team_id));
create policy p on public.notes for select to authenticated using (team_id in (select team_id from members));
create policy p on public.notes for select to authenticated using (team_id = any (array(select team_id from members)));
create policy p on public.notes for select to authenticated using (team_id = any (select m.team_id from public.members m where m.role = 'admin'));
create policy p on public.notes for select to authenticated using ((select count(*) from members m where m.team_id = notes.team_id) > 0);
create policy p on public.notes for select to authenticated using (exists (with x as (select * from members) select from x where x.team_id = notes.team_id));
create policy p on public.notes for select to authenticated using (exists (select 1 from members where user_id = user_id and role = 'admin'));
create policy p on public.notes for select to authenticated using (exists (select 1 from members m where m.user_id = notes.user_id and m.role = 'admin'));
create policy p on public.notes for select to authenticated using ((select role from members where team_id = notes.team_id limit 1) = 'admin');

-- policy-trusts-email
create policy p on public.notes for select to authenticated using (email = (select auth.email()));
create policy p on public.notes for select to authenticated using ((select auth.jwt() ->> 'email') = email);
create policy p on public.notes for select to authenticated using (lower(email) = lower((select auth.email())));
create policy p on public.notes for select to authenticated using (email in ((select auth.email())));
create policy p on public.notes for select to authenticated using (exists (select 1 from invites i where i.email = (select auth.jwt() ->> 'email')));
create policy p on public.notes for select to authenticated using (email is not distinct from (select auth.email()));
create policy p on public.notes for select to authenticated using ((select auth.jwt() #>> '{email}') = email);

-- policy-unknown-auth-role
create policy p on public.notes for select to authenticated using ((select auth.role()) = 'admin');
create policy p on public.notes for select to authenticated using (auth.role() in ('admin', 'editor'));
create policy p on public.notes for select to authenticated using ((select auth.jwt() ->> 'role') = 'moderator');
create policy p on public.notes for select to authenticated using ((select auth.role()) = any (array['admin']));
create policy p on public.notes for select to authenticated using ('admin' = (select auth.role()));
create policy p on public.notes for select to authenticated using ((select current_setting('request.jwt.claim.role', true)) = 'admin');
create policy p on public.notes for select to authenticated using ((select current_setting('request.jwt.claims', true)::jsonb ->> 'role') = 'admin');
create policy p on public.notes for select to authenticated using ((select auth.role()) is not distinct from 'admin');

-- policy-without-condition
create policy p on public.notes for select to authenticated ;
create policy p on public.notes for all to authenticated ;
create policy p on public.notes for insert to authenticated ;
create policy p on public.notes for update to authenticated with check (true);
create policy p on public.notes for all to authenticated with check (true);

-- policy-without-grant
create table z (id int primary key); alter table z enable row level security; grant select on z to authenticated; create policy p on z for insert to authenticated with check (id = 1);
create table z (id int primary key); alter table z enable row level security; revoke all on z from anon; create policy p on z for select to anon using (id = 1);

-- policy-without-role
create policy p on public.notes for select  using ((select auth.uid()) = user_id);
create policy p on public.notes for insert  with check ((select auth.uid()) = user_id);
create policy p on public.notes for select  using ((select auth.role()) = 'authenticated');
create policy p on public.notes for select  using (exists (select 1 from members m where m.user_id = (select auth.uid())));
create policy p on public.notes for select  using (team_id in (select team_id from members where user_id = (select auth.uid())));
create policy p on public.notes for select  using ((select auth.jwt() ->> 'email') = email);

-- realtime-without-rls
create table public.x (id int primary key, secret text); alter publication supabase_realtime add table x;
create table public.x (id int primary key, secret text); create publication supabase_realtime for table x;
create table public.x (id int primary key, secret text); alter publication supabase_realtime set table public.x;
create table public.x (id int primary key, secret text); create publication supabase_realtime for all tables;
create table public.x (id int primary key, secret text); create publication supabase_realtime for tables in schema public;
create table public.x (id int primary key, secret text); alter publication supabase_realtime add tables in schema public;
create table public.x (id int primary key, secret text);ALTER PUBLICATION "supabase_realtime" ADD TABLE ONLY "public"."x";
create table public.x (id int primary key, secret text);do $$ begin alter publication supabase_realtime add table public.x; end $$;
create table public.x (id int primary key, secret text); alter publication supabase_realtime add table x (id), public.notes;
create publication supabase_realtime for all tables; create table public.x (id int primary key, secret text);

-- restrictive-policy-always-true
create policy p on public.notes as restrictive using (true);
create policy p on public.notes as restrictive for update to authenticated using (1=1) with check (true);
create policy p on public.notes as restrictive for select to authenticated using (id is not null);

-- rls-disabled-in-api
create table public.x (id int primary key, secret text); grant select on x to anon;
create table public.x (id int primary key, secret text); grant select (id) on x to anon;
create table public.x (id int primary key, secret text); grant insert on x to public;
create table public.x (id int primary key, secret text); grant delete on all tables in schema public to authenticated;
alter default privileges in schema public grant all on tables to anon; create table public.x (id int primary key, secret text);
alter default privileges for role postgres grant select on tables to authenticated; create table public.x (id int primary key, secret text);
create table public.x (id int primary key, secret text); alter table x enable row level security; grant select on x to anon; alter table x disable row level security;
create table x (id int primary key) partition by range (id); grant select on x to anon;
create table x as select 1 as id; grant select on x to anon;
create table public.x (id int primary key, secret text);do $$ begin grant select on public.x to anon; end $$;
create table public.x (id int primary key, secret text);do $$ begin execute 'grant select on public.x to anon'; end $$;
create table "X" (id int primary key); grant select on "X" to "anon";
create unlogged table public.x (id int primary key, secret text); grant select on x to anon, service_role;
create schema api; create table api.x (id int primary key); grant select on api.x to anon;
create table public.x (id int primary key, secret text); grant select on x to anon; revoke select on x from public;
create table public.x (id int primary key, secret text); grant all on x to anon; revoke insert on x from anon;
create table public.x (id int primary key, secret text); alter table x rename to y; grant select on y to anon;
create table public.x (id int primary key, secret text); alter table x set schema api; grant select on api.x to anon;

-- rls-enabled-no-policy
alter table notes force row level security;
create policy p on public.notes for select to authenticated using (body='x');drop policy p on public.notes;
create table x (id int primary key) partition by range (id); alter table x enable row level security; grant select on x to anon;
create table x (id int primary key); alter table x enable row level security; grant all on all tables in schema public to authenticated;
alter default privileges in schema public grant all on tables to anon, authenticated; create table x (id int primary key); alter table x enable row level security;

-- rls-policy-always-true
create policy p on public.notes for delete to authenticated using (true);
create policy p on public.notes for delete to authenticated using (TRUE);
create policy p on public.notes for delete to authenticated using (1=1);
create policy p on public.notes for delete to authenticated using (2 > 1);
create policy p on public.notes for delete to authenticated using (id = id);
create policy p on public.notes for delete to authenticated using (true or body = 'x');
create policy p on public.notes for delete to authenticated using (not false);
create policy p on public.notes for delete to authenticated using ('a' = 'a');
create policy p on public.notes for delete to authenticated using (coalesce(null, true));
create policy p on public.notes for delete to authenticated using (user_id is not null);
create policy p on public.notes for delete to authenticated using (id is not distinct from id);
create policy p on public.notes for delete to authenticated using (exists (select 1));
create policy p on public.notes for delete to authenticated using (1 in (1,2));
create policy p on public.notes for delete to authenticated using (true is true);
create policy p on public.notes for delete to authenticated using ((select true));
create policy p on public.notes for delete to authenticated using ('t'::bool);
create policy p on public.notes for delete to authenticated using (case when true then true end);
create policy p on public.notes for delete to authenticated using (null is null);
create policy p on public.notes for delete to authenticated using (id::text = id::text);
create policy p on public.notes for delete to authenticated using (not (id <> id));
create policy p on public.notes for delete to authenticated using (true and true);
create policy p on public.notes for delete to authenticated using (1 = any (array[1,2]));
create policy p on public.notes for delete to authenticated using (current_user is not null);
create policy p on public.notes for delete to authenticated using (now() is not null);
create policy p on public.notes for delete to authenticated using ('a' like '%');
create policy p on public.notes for delete to authenticated using (coalesce(body, '') = coalesce(body, ''));
create policy p on public.notes for delete to authenticated using (coalesce(body = 'x', true) or true);
create policy p on public.notes for delete to authenticated using (1::int = 1::bigint);
create policy p on public.notes for insert to authenticated with check (true);
create policy p on public.notes for all to authenticated using (true) with check (true);
create policy p on public.notes for insert  with check (true);
create policy p on public.notes for insert to anon with check (true);
create function yes() returns boolean language sql immutable as 'select true'; create policy p on public.notes for delete to authenticated using (yes());
create function yes() returns boolean language sql stable return true; create policy p on public.notes for delete to authenticated using ((select yes()));
create function yes(x uuid) returns boolean language plpgsql stable as 'begin return true; end'; create policy p on public.notes for delete to authenticated using (yes(user_id));
create policy p on public.notes for delete to authenticated using ((select auth.uid()) = user_id); alter policy p on public.notes using (true);
create policy p on public.notes for delete to service_role using (true); alter policy p on public.notes to authenticated;
create policy p on public.notes  to authenticated using (true);

-- rls-references-user-metadata
create policy p on public.notes for select to authenticated using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
create policy p on public.notes for select to authenticated using (((auth.jwt())::jsonb #>> '{user_metadata,role}') = 'admin');
create policy p on public.notes for select to authenticated using ((select auth.jwt())['user_metadata']['role'] = '"admin"');
create policy p on public.notes for select to authenticated using (jsonb_extract_path_text((select auth.jwt()), 'user_metadata', 'role') = 'admin');
create policy p on public.notes for select to authenticated using ((select auth.jwt()) @> '{"user_metadata": {"role": "admin"}}');
create policy p on public.notes for select to authenticated using ((select current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'role') = 'admin');
create policy p on public.notes for select to authenticated using (exists (select from auth.users u where u.id = (select auth.uid()) and u.raw_user_meta_data ->> 'role' = 'admin'));
create function is_admin() returns boolean language sql stable security definer set search_path='' as $$ select coalesce(auth.jwt() -> 'user_metadata' ->> 'role' = 'admin', false) $$; create policy p on public.notes for select to authenticated using ((select is_admin()));
create function is_admin() returns boolean language sql stable security definer set search_path='' as $$ select exists (select from auth.users where id = auth.uid() and raw_user_meta_data->>'role' = 'admin') $$; create policy p on public.notes for select to authenticated using ((select is_admin()));
create function claims() returns jsonb language sql stable set search_path='' as $$ select auth.jwt() $$; create policy p on public.notes for select to authenticated using ((select claims() -> 'user_metadata' ->> 'role') = 'admin');
create function meta() returns jsonb language sql stable set search_path='' as $$ select auth.jwt() -> 'user_metadata' $$; create function is_admin() returns boolean language sql stable set search_path='' as $$ select public.meta() ->> 'role' = 'admin' $$; create policy p on public.notes for select to authenticated using ((select is_admin()));
create policy p on public.notes for insert to authenticated with check ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
create policy p on public.notes for select to authenticated using (false); alter policy p on public.notes using ((select auth.jwt() -> 'user_metadata' ->> 'x') = 'admin');

-- role-from-user-metadata
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, new.raw_user_meta_data ->> 'role'); return new; end $$;
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, new.raw_user_meta_data->>'role'); return new; end $$;
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, coalesce(NEW.raw_user_meta_data ->> 'role', 'user')); return new; end $$;
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, (new.raw_user_meta_data ->> 'is_admin')::boolean); return new; end $$;
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, new.raw_user_meta_data['role']); return new; end $$;
create function public.hello() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id, role) values (new.id, (new."raw_user_meta_data" -> 'user_role') #>> '{}'); return new; end $$;

-- role-may-bypass
grant service_role to authenticated;
GRANT "service_role" TO "anon";
grant postgres to authenticated;
create role r bypassrls; grant r to anon;
create role r; grant service_role to r; grant r to authenticated;
alter role authenticated bypassrls;
alter role anon superuser;
alter group service_role add user anon;
create role r in role service_role role authenticated;
create role r bypassrls role anon;
grant anon, supabase_admin to authenticated;
create role r; grant r to authenticated; alter role r bypassrls;

-- security-definer-executable
create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$;
create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$; grant execute on function f to anon;
create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$; revoke execute on function f(int) from anon, authenticated;
create function public.f(a int) returns void language sql  set search_path='' as $$ delete from public.notes where body = a::text $$; alter function f(int) security definer;
alter default privileges revoke execute on functions from public; create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$; grant execute on all functions in schema public to anon;
create procedure public.f(a int)  language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$;
create function public.f(a int) returns void language sql security definer set search_path='' as $$ /* auth.uid() */ delete from public.notes where body = a::text $$;
create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$; revoke all on all functions in schema public from public; grant all on routine f to anon;
create function public.f(a int) returns void language plpgsql security definer set search_path='' as $$ begin /* auth.uid() */ delete from public.notes where body = a::text; end $$;

-- security-definer-search-path
create function public.f(a int) returns int security definer language sql as $$ select count(*)::int from notes where id is not null $$;
create function public.f(a int) returns int security definer language sql set search_path = public as $$ select count(*)::int from notes where id is not null $$;
create function public.f(a int) returns int language sql as $$ select count(*)::int from notes where id is not null $$; alter function f(int) security definer;
create function public.f(a int) returns int security definer language sql set search_path = public, extensions as $$ select count(*)::int from notes where id is not null $$;
create function public.f(a int) returns int security definer language sql set search_path='' as $$ select count(*)::int from notes where id is not null $$; alter function public.f set search_path = public;
create function "F"() returns int language plpgsql security definer as $$ begin return (select count(*) from notes); end $$;

-- security-definer-view
create view public.v as select * from notes; grant select on v to anon;
create view public.v as select * from notes; grant all on all tables in schema public to authenticated;
create view public.v as select * from notes; grant insert on v to authenticated;
create view public.v as select * from notes; grant select(id) on v to anon;
create view public.v with (security_invoker=off) as select * from notes; grant select on v to public;
create or replace view public.v as select * from notes; grant select on public.v to authenticated;
alter default privileges in schema public grant select on tables to authenticated; create view public.v as select * from notes;
create view public.v with (security_invoker) as select * from notes; grant select on v to anon; alter view v set (security_invoker = false);
create view public.v with (security_invoker) as select * from notes; grant select on v to anon; alter view v reset (security_invoker);
create view public.v with (security_invoker) as select * from notes; grant select on v to anon; create or replace view v as select * from notes;
create view public.v with (security_barrier) as select * from notes; grant select on v to authenticated;
create recursive view public.v (n) as select 1 union select n+1 from v, notes; grant select on v to anon;

-- security-definer-writes
create function public.f(a int) returns void language sql security definer set search_path='' as $$ delete from public.notes where body = a::text $$; revoke all on function public.f from public, anon; grant execute on function public.f to authenticated;
create function public.f(a int) returns void language plpgsql security definer set search_path='' as $$ begin update public.notes set body = a::text; end $$; revoke all on function public.f from public, anon; grant execute on function public.f to authenticated;
create function public.f(a int) returns void language plpgsql security definer set search_path='' as $$ begin execute 'delete from public.notes'; end $$; revoke all on function public.f from public, anon; grant execute on function public.f to authenticated;
alter default privileges revoke execute on functions from public; create function public.f(a int) returns void language sql security definer set search_path='' as $$ insert into public.notes (id) values (gen_random_uuid()) $$; grant execute on function public.f to authenticated;
create function public.f(a int) returns void language sql security definer set search_path='' as $$ /* auth.uid() */ truncate public.notes $$; revoke all on function public.f from public, anon; grant execute on function public.f to authenticated;

-- select-policy-made-void
create policy p on public.notes for select to authenticated using (true); create policy q on public.notes for select to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes for select  using (2 > 1); create policy q on public.notes for select to authenticated using (user_id = (select auth.uid()));
create policy q on public.notes to authenticated using (user_id = (select auth.uid())); create policy p on public.notes for select to authenticated, anon using (user_id = (select auth.uid()) or true);

-- sensitive-columns-exposed
create table z (id int primary key, password text); grant select on z to anon;
create table z (id int primary key, "creditCard" text, ssn text); grant select (ssn) on z to authenticated;
create table z (id int primary key); grant select on z to anon; alter table z add column api_key text;
create table z (id int primary key, password_hash text); alter table z enable row level security; grant select on z to anon; create policy p on z for select using (true);
create table z (id int primary key, ssn text); alter table z enable row level security; grant select(id, ssn) on z to authenticated; create policy p on z to authenticated using (1 = 1);

-- setting-may-be-missing
create policy p on public.notes for select  using (team_id = (select current_setting('app.t')::uuid));
create policy p on public.notes for select  using (team_id = current_setting('app.t', false)::uuid);
create policy p on public.notes for select  using (team_id::text = current_setting('app.t'::text));
create policy p on public.notes for select  using (team_id::text = pg_catalog.current_setting('app.t'));
create function app_t() returns uuid language sql stable as $$ select current_setting('app.t')::uuid $$; create policy p on public.notes for select to authenticated using (team_id = (select app_t()));
create function app_t() returns uuid language sql stable return current_setting('app.t')::uuid; create policy p on public.notes for select to authenticated using (team_id = (select app_t()));

-- storage-policy-without-bucket
create policy p on storage.objects for insert to authenticated with check (true);
create policy p on storage.objects for select  using (true);
create policy p on storage.objects for insert to authenticated with check ((storage.foldername(name))[1] = (select auth.uid()::text));
create policy p on storage.objects for delete to authenticated using ((select auth.role()) = 'authenticated');
create policy p on storage.objects for all to authenticated using ((select auth.uid()) is not null);
create policy p on storage.objects for select to authenticated using (bucket_id is not null);
create policy p on storage.objects for select to authenticated using (bucket_id = bucket_id);
create policy p on storage.objects for select to authenticated using (bucket_id = 'a' or (select auth.uid()) is not null);

-- privilege-in-own-row
create table profiles (id uuid primary key references auth.users, nick text, "isAdmin" boolean); alter table profiles enable row level security; grant select, update on profiles to authenticated; create policy p on profiles for update to authenticated using (id = (select auth.uid()));
create table profiles (id uuid primary key references auth.users, nick text, "Role" text); alter table profiles enable row level security; grant select, update on profiles to authenticated; create policy p on profiles for update to authenticated using (id = (select auth.uid()));
create table profiles (id uuid primary key references auth.users, nick text, banned_until timestamptz); alter table profiles enable row level security; grant select, update on profiles to authenticated; create policy p on profiles for update to authenticated using (id = (select auth.uid()));
create table profiles (id uuid primary key references auth.users, nick text, "creditBalance" numeric); alter table profiles enable row level security; grant select, update on profiles to authenticated; create policy p on profiles for all to authenticated using (id = (select auth.uid()));

-- schema-create-granted
grant create on schema public to authenticated;
grant usage, create on schema public to anon;
GRANT ALL ON SCHEMA "public" TO PUBLIC;
create schema app; grant all privileges on schema app, public to service_role, authenticated;
grant create on schema public to anon, authenticated; revoke create on schema public from anon;
do $$ begin grant create on schema public to anon; end $$;

-- truncate-granted
grant truncate on notes to anon;
grant all on notes to authenticated;
grant all privileges on table notes to anon;
grant all on all tables in schema public to authenticated;
grant all on notes to public;
grant all on notes to authenticated; revoke all on notes from anon;

-- unindexed-foreign-keys
create table "Orders" (id bigint primary key, "userId" uuid references auth.users);
create table a (id int primary key); create table b (id int primary key, a_id int); alter table b add constraint fk foreign key (a_id) references a not valid;
create table a (id int primary key); create table b (id int, a_id int references a, primary key (id, a_id));
create table a (id int primary key); create table b (id int primary key, a_id int references a); create index i on b (a_id); drop index i;
create table a (id int primary key); create table b (id int not null, a_id int references a, unique (id, a_id), primary key(id)) partition by hash (id);
do $$ begin create table a (id int primary key); create table b (id int primary key, a_id int references a); end $$;
create table a (id int primary key); create table b (id int primary key); alter table b add column a_id int references a (id);

-- unique-tells-of-others
create policy p on public.notes for insert to authenticated with check (user_id = (select auth.uid())); create unique index u on notes (body);
alter table notes add unique (body); create policy p on public.notes for insert to authenticated with check (user_id = (select auth.uid()));

-- unprotected-in-api
create materialized view public.mv as select * from notes; grant select on mv to anon;
create materialized view public.mv as select * from notes; grant all on all tables in schema public to authenticated;
create foreign table public.ft (id int) server s; grant select on ft to anon;
alter default privileges in schema public grant select on tables to anon; create materialized view public.mv as select 1 as a;

-- view-without-security-barrier
create view public.mine as select id, body from public.notes where user_id = auth.uid(); grant select on public.mine to authenticated;
create view public.mine as select id, body from public.notes where (select auth.uid()) = user_id and body is not null; grant select on public.mine to authenticated;
create view public.mine as select id, body from public.notes where user_id in (select auth.uid()); grant select on public.mine to authenticated;
create function me() returns uuid language sql stable as 'select auth.uid()'; create view public.mine as select id, body from public.notes where user_id = (select me()); grant select on public.mine to authenticated;
create view public.mine with (security_barrier = false) as select id, body from public.notes where user_id = auth.uid(); grant select on public.mine to authenticated;

-- volatile-function-in-policy
create function me() returns uuid language sql as 'select auth.uid()'; create policy p on public.notes for select to authenticated using (user_id = me());

-- with-check-wider-than-using
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id) with check (true);
create policy p on public.notes for update to authenticated using (user_id in ((select auth.uid()))) with check (body is not null);
create policy p on public.notes for update to authenticated using (user_id is not distinct from (select auth.uid())) with check (true);
create policy p on public.notes for update to authenticated using (user_id = (select auth.uid()) and status = 'draft') with check (status in ('draft', 'published'));
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) is not null);
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id or true);
create policy p on public.notes for update to authenticated using ((select auth.uid())::text = user_id::text) with check (true);
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id) with check (user_id is not null);
create policy p on public.notes for update to authenticated using (team_id in (select team_id from members where user_id = (select auth.uid()))) with check (true);
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id) with check (exists (select 1 from members));
create policy p on public.notes for all to authenticated using ((select auth.uid()) = user_id) with check (true);
create policy p on public.notes for update to authenticated using ((select auth.uid()) = user_id); alter policy p on public.notes with check (true);
create function me() returns uuid language sql stable as 'select auth.uid()'; create policy p on public.notes for update to authenticated using (user_id = (select me())) with check (body <> '');

-- write-policy-without-select
create policy p on public.notes for update to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes for delete to authenticated using (user_id = (select auth.uid()));
create policy p on public.notes for update to authenticated using (user_id = (select auth.uid())); create policy q on public.notes for select to anon using (body='x');
create policy p on public.notes for update to authenticated using (user_id = (select auth.uid())); create policy q on public.notes for select to authenticated using (true); drop policy q on public.notes;
