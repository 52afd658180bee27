create index tasks_title_trgm_idx on public.tasks using gin (title extensions.gin_trgm_ops);

create or replace function public.search_tasks(query text)
returns setof public.tasks
language sql stable
as $$
  select * from public.tasks where title ilike '%' || query || '%' order by similarity(title, query) desc limit 50;
$$;
