-- Partitions: clients query the parent table, and its policies apply. The partitions are not granted.
create table public.measurements (
  device_id uuid not null,
  user_id uuid not null,
  taken_at timestamptz not null,
  value double precision not null,
  primary key (user_id, device_id, taken_at)
) partition by range (taken_at);
alter table public.measurements enable row level security;
create table public.measurements_2026 partition of public.measurements
  for values from ('2026-01-01') to ('2027-01-01');
create table public.measurements_2027 partition of public.measurements
  for values from ('2027-01-01') to ('2028-01-01');
alter table public.measurements_2026 enable row level security;
alter table public.measurements_2027 enable row level security;
revoke all on public.measurements_2026, public.measurements_2027 from anon, authenticated;
grant select, insert on public.measurements to authenticated;
create policy own_read on public.measurements for select to authenticated using (user_id = (select auth.uid()));
create policy own_insert on public.measurements for insert to authenticated with check (user_id = (select auth.uid()));
