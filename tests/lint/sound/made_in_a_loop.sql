-- Loop: dynamic SQL enables row level security and creates policies and grants for every table.
create table public.recipes (
  id bigint generated always as identity primary key,
  user_id uuid not null
);
create index recipes_user_id_idx on public.recipes (user_id);
create table public.ingredients (
  id bigint generated always as identity primary key,
  user_id uuid not null
);
create index ingredients_user_id_idx on public.ingredients (user_id);
do $$
declare
  name text;
begin
  foreach name in array array['recipes', 'ingredients'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format(
      'create policy own on public.%I to authenticated using ((select auth.uid()) = user_id)', name
    );
    execute format('grant select, insert, update, delete on public.%I to authenticated', name);
  end loop;
end
$$;
