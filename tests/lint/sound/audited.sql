-- Audit: a trigger logs every change to a table without client privileges, and another trigger keeps the owner.
create schema if not exists audit;
create table audit.record_version (
  id bigint generated always as identity primary key,
  ts timestamptz not null default now(),
  op text not null,
  record jsonb,
  old_record jsonb,
  auth_uid uuid default auth.uid()
);
create function audit.note() returns trigger security definer set search_path = '' language plpgsql as $$
begin
  insert into audit.record_version (op, record, old_record) values (tg_op, to_jsonb(new), to_jsonb(old));
  return coalesce(new, old);
end;
$$;
create table public.contracts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id),
  body text
);
create index contracts_user_id_idx on public.contracts (user_id);
alter table public.contracts enable row level security;
grant select, insert, update, delete on public.contracts to authenticated;
create policy own on public.contracts to authenticated
  using (user_id = (select auth.uid())) with check (char_length(body) < 10000);
create trigger audited after insert or update or delete on public.contracts
  for each row execute function audit.note();
create function public.keep_owner() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.user_id := auth.uid();
  else
    new.user_id := old.user_id;
  end if;
  return new;
end;
$$;
create trigger keep_owner before insert or update on public.contracts
  for each row execute function public.keep_owner();
