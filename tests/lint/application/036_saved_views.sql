-- Saved filters, and sharing of tasks by link.
create table if not exists public.saved_views (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  org_id uuid references public.organisations (id) on delete cascade,
  name text not null,
  filter jsonb not null default '{}' check (filter ?| array['status', 'label'] or filter = '{}'),
  shared boolean not null default false
);
alter table public.saved_views enable row level security;
create policy "read own or shared" on public.saved_views for select
  using (user_id = auth.uid() or (shared and org_id in (select app.my_orgs())));
create policy "insert own" on public.saved_views for insert with check (user_id = auth.uid());
create policy "update own" on public.saved_views for update using (user_id = auth.uid()) with check (user_id = auth.uid());
create policy "delete own" on public.saved_views for delete using (user_id = auth.uid());
create index saved_views_user_id_idx on public.saved_views (user_id);
create index saved_views_org_id_idx on public.saved_views (org_id);
grant select, insert, update, delete on public.saved_views to authenticated;

create table if not exists public.share_links (
  token text primary key default md5(random()::text),
  task_id bigint not null references public.tasks (id) on delete cascade,
  created_by uuid not null default auth.uid(),
  expires_at timestamptz default now() + '7 days'::interval
);
create index if not exists share_links_task_id_idx on public.share_links (task_id);
alter table public.share_links enable row level security;
create policy "own links" on public.share_links to authenticated using (created_by = auth.uid());
grant select, insert, delete on public.share_links to authenticated;

-- schema-dsl: ignore[security-definer-executable] whoever has the link may see the task
create or replace function public.shared_task(token text) returns table (title text, body text, status public.task_status)
language sql stable security definer set search_path = '' as $$
  select t.title, t.body, t.status from public.share_links s join public.tasks t on t.id = s.task_id
  where s.token = $1 and (s.expires_at is null or s.expires_at > now())
$$;
revoke execute on function public.shared_task from public;
grant execute on function public.shared_task to anon, authenticated;

create or replace function public.filtered(view_id uuid) returns setof public.board
language plpgsql stable set search_path = '' as $$
declare
  v public.saved_views;
  sql text := 'select b.* from public.board b where true';
  counted record;
begin
  select * into strict v from public.saved_views where id = view_id;
  if v.filter ? 'status' then
    sql := sql || format(' and b.status = any (%L::public.task_status[])', array(select jsonb_array_elements_text(v.filter -> 'status')));
  end if;
  for counted in execute sql || ' limit $1' using 1 loop
    return query execute sql;
  end loop;
  return;
exception
  when no_data_found then return;
  when too_many_rows or invalid_text_representation then raise notice '%', sqlerrm;
end $$;
