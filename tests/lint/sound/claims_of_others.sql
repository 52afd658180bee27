-- Claims of another provider: helper functions read the user from sub, and a restrictive policy checks iss.
create schema if not exists app;
grant usage on schema app to authenticated;
create function app.claims() returns jsonb language sql stable
return coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
create function app.user_id() returns text language sql stable
return app.claims() ->> 'sub';

create table public.things (
  id bigint generated always as identity primary key,
  owner text not null default app.user_id(),
  data jsonb
);
create index things_owner_idx on public.things (owner);
alter table public.things enable row level security;
grant select, insert, update, delete on public.things to authenticated;
create policy own on public.things to authenticated
  using (owner = (select app.user_id())) with check (owner = (select app.user_id()));
create policy issued_by_us on public.things as restrictive to authenticated
  using ((select app.claims() ->> 'iss') = 'https://login.example.org');
create policy no_recovery on public.things as restrictive to authenticated
  using ((select auth.jwt() #>> '{amr,0,method}') is distinct from 'recovery');
