-- Views: security_invoker views apply the policies. A summary of all users is in a schema that the API does not serve.
create schema if not exists private;
create table public.expenses (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  cents integer not null,
  spent_on date not null
);
create index expenses_user_id_idx on public.expenses (user_id);
alter table public.expenses enable row level security;
grant select, insert on public.expenses to authenticated;
create policy own_read on public.expenses for select to authenticated using (user_id = (select auth.uid()));
create policy own_insert on public.expenses for insert to authenticated with check (user_id = (select auth.uid()));

create view public.monthly_expenses with (security_invoker = true) as
  select user_id, date_trunc('month', spent_on) as month, sum(cents) as cents
  from public.expenses group by user_id, date_trunc('month', spent_on);
grant select on public.monthly_expenses to authenticated;

create materialized view private.all_expenses as
  select spent_on, sum(cents) as cents from public.expenses group by spent_on;
create unique index all_expenses_spent_on_idx on private.all_expenses (spent_on);

create function public.expenses_of_everybody(since date) returns table (spent_on date, cents bigint)
language sql stable security definer set search_path = ''
begin atomic
  select a.spent_on, a.cents from private.all_expenses a where a.spent_on >= since;
end;
revoke execute on function public.expenses_of_everybody from public, anon, authenticated;
grant execute on function public.expenses_of_everybody to service_role;
