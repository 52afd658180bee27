create materialized view public.task_statistics as
select organization_id, state, count(*) as tasks from public.tasks group by organization_id, state;
create unique index task_statistics_key on public.task_statistics (organization_id, state);
revoke all on public.task_statistics from anon, authenticated;

select cron.schedule('refresh-task-statistics', '*/10 * * * *', 'refresh materialized view concurrently public.task_statistics');
