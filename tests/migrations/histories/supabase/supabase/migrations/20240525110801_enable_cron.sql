create extension pg_cron with schema pg_catalog;
grant usage on schema cron to postgres;
grant all privileges on all tables in schema cron to postgres;

select cron.schedule('archive-old-projects', '0 3 * * *', $$
  update public.projects set archived_at = now() where archived_at is null and created_at < now() - interval '2 years'
$$);
