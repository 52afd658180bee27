-- An event trigger enables row level security on every new table of public, so that no migration has to.
create function public.rls_auto_enable() returns event_trigger
language plpgsql security definer set search_path = 'pg_catalog' as $$
declare
  command record;
begin
  for command in
    select * from pg_event_trigger_ddl_commands()
    where command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO') and object_type = 'table'
  loop
    if command.schema_name = 'public' then
      execute format('alter table if exists %s enable row level security', command.object_identity);
    end if;
  end loop;
end;
$$;
create event trigger ensure_rls on ddl_command_end
  when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO')
  execute function public.rls_auto_enable();
create table public.bookmarks (
  id bigint generated always as identity primary key,
  user_id uuid not null,
  url text not null
);
create index bookmarks_user_id_idx on public.bookmarks (user_id);
grant select, insert on public.bookmarks to authenticated;
create policy own_read on public.bookmarks for select to authenticated using (user_id = (select auth.uid()));
create policy own_insert on public.bookmarks for insert to authenticated with check (user_id = (select auth.uid()));
