-- "asignee" was a typo, "order" needs quotes everywhere, and profiles.created has no time zone.
SET lock_timeout = '3s';

ALTER TABLE public.tasks RENAME COLUMN asignee_id TO assignee_id;
ALTER TABLE public.tasks RENAME COLUMN "order" TO position;
ALTER TABLE public.tasks RENAME CONSTRAINT tasks_asignee_id_fkey TO tasks_assignee_id_fkey;
ALTER TABLE public.profiles RENAME COLUMN created TO created_at;
ALTER TABLE public.profiles
    ALTER COLUMN created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC',
    ALTER COLUMN created_at SET NOT NULL;
ALTER TABLE public.profiles ALTER COLUMN full_name TYPE text;

-- json cannot be indexed, nor compared.
ALTER TABLE public.projects ALTER COLUMN settings DROP DEFAULT;
ALTER TABLE public.projects ALTER COLUMN settings TYPE jsonb USING settings::jsonb;
ALTER TABLE public.projects ALTER COLUMN settings SET DEFAULT '{}'::jsonb;

CREATE INDEX CONCURRENTLY IF NOT EXISTS tasks_assignee_id_idx ON public.tasks (assignee_id)
    WHERE assignee_id IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS tasks_project_id_position_idx ON public.tasks (project_id, position);
CREATE INDEX CONCURRENTLY IF NOT EXISTS projects_org_id_idx ON public.projects (org_id) INCLUDE (name);

RESET lock_timeout;
