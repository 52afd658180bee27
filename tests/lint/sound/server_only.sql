-- Server tables: row level security without client privileges, or with a restrictive policy USING (false).
create table public.stripe_events (
  id text primary key,
  payload jsonb not null,
  received_at timestamptz not null default now()
);
alter table public.stripe_events enable row level security;
revoke all on public.stripe_events from anon, authenticated;
grant select, insert, update on public.stripe_events to service_role;

create table public.audit_log (
  id bigint generated always as identity primary key,
  actor uuid,
  action text not null,
  at timestamptz not null default now()
);
alter table public.audit_log enable row level security;
revoke all on public.audit_log from anon, authenticated;
create policy "Server only" on public.audit_log as restrictive to anon, authenticated using (false);

create table public.feature_flags (
  name text primary key,
  enabled boolean not null default false
);
alter table public.feature_flags enable row level security;
revoke all on public.feature_flags from anon, authenticated;
grant select on public.feature_flags to anon, authenticated;
create policy "Everybody reads flags" on public.feature_flags for select using (true);
create policy "Server writes flags" on public.feature_flags for all to service_role using (true) with check (true);
