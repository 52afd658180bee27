create or replace view public.open_tasks
with (security_invoker = true) as
select t.id, t.organization_id, t.title, t.state, p.name as project
from public.tasks t
join public.projects p on p.id = t.project_id
where t.state <> 'done' and p.archived_at is null;
