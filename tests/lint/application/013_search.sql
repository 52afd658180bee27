-- Full text search over tasks and comments.
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA extensions;

CREATE TEXT SEARCH CONFIGURATION public.halyard (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION public.halyard
    ALTER MAPPING FOR hword, hword_part, word WITH extensions.unaccent, english_stem;
COMMENT ON TEXT SEARCH CONFIGURATION public.halyard IS 'English, and accents do not matter';

ALTER TABLE public.tasks ADD COLUMN IF NOT EXISTS search tsvector
    GENERATED ALWAYS AS (
        setweight(to_tsvector('public.halyard', coalesce(title, '')), 'A')
        || setweight(to_tsvector('public.halyard', coalesce(body, '')), 'B')
    ) STORED;
CREATE INDEX CONCURRENTLY IF NOT EXISTS tasks_search_idx ON public.tasks USING gin (search);
CREATE INDEX CONCURRENTLY IF NOT EXISTS tasks_title_trgm_idx
    ON public.tasks USING gin (title extensions.gin_trgm_ops);
CREATE INDEX comments_body_idx ON public.comments USING gin (to_tsvector('english', body));

CREATE OR REPLACE FUNCTION public.search_tasks(query text, in_project bigint DEFAULT NULL, most integer DEFAULT 20)
RETURNS TABLE (task_id bigint, title text, headline text, rank real)
LANGUAGE sql STABLE
SET search_path = ''
AS $$
    WITH asked AS (
        SELECT websearch_to_tsquery('public.halyard', query) AS q
    ), hits AS (
        SELECT t.id, t.title, t.body, ts_rank_cd(t.search, a.q, 32) AS rank
        FROM public.tasks AS t, asked AS a
        WHERE t.search @@ a.q AND (in_project IS NULL OR t.project_id = in_project)
        UNION ALL
        SELECT t.id, t.title, c.body, 0.1
        FROM public.comments AS c
        JOIN public.tasks AS t ON t.id = c.task_id
        CROSS JOIN asked AS a
        WHERE to_tsvector('english', c.body) @@ a.q
    )
    SELECT h.id, min(h.title), ts_headline('public.halyard', string_agg(h.body, ' … '), (TABLE asked)), max(h.rank)::real
    FROM hits AS h
    GROUP BY h.id
    ORDER BY 4 DESC, h.id
    LIMIT most;
$$;
GRANT EXECUTE ON FUNCTION public.search_tasks(text, bigint, integer) TO authenticated;

CREATE FUNCTION public.suggest(prefix text) RETURNS SETOF public.tasks AS
  'SELECT * FROM tasks WHERE title ILIKE prefix || ''%'' OR extensions.word_similarity(prefix, title) > 0.4 LIMIT 10'
LANGUAGE sql STABLE;

CREATE STATISTICS IF NOT EXISTS public.tasks_project_status (ndistinct, dependencies, mcv)
    ON project_id, status FROM public.tasks;
COMMENT ON STATISTICS public.tasks_project_status IS 'done tasks are mostly in old projects';
ANALYZE public.tasks (project_id, status);
