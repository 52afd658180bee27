create schema if not exists audit;
revoke all on schema audit from public, anon, authenticated;

create table audit.log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor uuid default auth.uid(),
  table_name text not null,
  operation text not null,
  old_row jsonb,
  new_row jsonb
);

create or replace function audit.record()
returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into audit.log (table_name, operation, old_row, new_row)
  values (tg_table_name, tg_op, case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return null;
end;
$$;

do $$
declare
  name text;
begin
  foreach name in array array['organizations', 'memberships', 'invoices'] loop
    execute format('create trigger audit_%1$s after insert or update or delete on public.%1$I for each row execute function audit.record()', name);
  end loop;
end;
$$;
