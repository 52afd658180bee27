-- Clean-up of old rows, done once, with copies of what goes.
SET search_path TO public, extensions;
SET statement_timeout = 0;

CREATE TEMP TABLE stale ON COMMIT PRESERVE ROWS AS
SELECT t.id, t.project_id, t.title, age(now(), t.updated_at) AS idle
FROM tasks t LEFT JOIN projects p ON p.id = t.project_id
WHERE p.archived AND t.status <> 'done';
CREATE INDEX ON stale (id);
ANALYZE stale;

SELECT s.id, s.title, c.body AS last_comment
INTO TEMPORARY last_words
FROM stale s
LEFT JOIN LATERAL (SELECT body FROM comments WHERE comments.task_id = s.id ORDER BY created_at DESC LIMIT 1) c ON true;

CREATE TABLE app.archived_tasks AS TABLE tasks WITH NO DATA;
ALTER TABLE app.archived_tasks ADD COLUMN archived_at timestamptz DEFAULT now(), ADD PRIMARY KEY (id);
ALTER TABLE app.archived_tasks DROP COLUMN search;

BEGIN;
SAVEPOINT before_move;
WITH moved AS (DELETE FROM tasks USING stale WHERE tasks.id = stale.id AND stale.idle > interval '1 year' RETURNING tasks.*)
INSERT INTO app.archived_tasks (id, project_id, parent_id, title, body, status, priority, assignee_id, created_at)
SELECT m.id, m.project_id, m.parent_id, m.title, coalesce(m.body, w.last_comment), m.status, m.priority, m.assignee_id, m.created_at
FROM moved m LEFT JOIN last_words w USING (id);
RELEASE SAVEPOINT before_move;
SAVEPOINT numbers;
UPDATE tasks SET position = n.place
FROM (SELECT id, row_number() OVER (PARTITION BY project_id ORDER BY position, id) AS place FROM tasks) AS n
WHERE n.id = tasks.id AND tasks.position IS DISTINCT FROM n.place;
ROLLBACK TO SAVEPOINT numbers;
COMMIT;

-- What the old importer left as text.
CREATE TEMPORARY TABLE raw (line int, doc json) ON COMMIT DELETE ROWS;
INSERT INTO raw VALUES (1, '[{"name": "A", "tags": ["x", "y"], "n": 1}, {"name": "B"}]'), (2, '[]');
SELECT r.line, e.nr, x.name, x.n * 2 AS twice, tag
FROM raw r
CROSS JOIN LATERAL json_array_elements(r.doc) WITH ORDINALITY AS e (obj, nr)
CROSS JOIN LATERAL json_to_record(e.obj) AS x (name text, n int, tags json)
LEFT JOIN LATERAL json_array_elements_text(x.tags) AS tag ON true
WHERE json_typeof(r.doc) = 'array';
SELECT * FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS t (a int, b text) WHERE t.a = 1;
SELECT j.id, j.tags FROM JSON_TABLE('[{"id": 1, "t": ["a"]}]'::jsonb, '$[*]' COLUMNS (id int PATH '$.id', tags jsonb PATH '$.t')) AS j WHERE j.id > 0;
SELECT x.key, y.n FROM ROWS FROM (json_each_text('{"a": 1}'), generate_series(1, 2)) AS x (key, value, n), (VALUES (1), (2)) AS y (n) WHERE x.n = y.n;
SELECT string_to_table('a,b', ','), regexp_matches('a1b2', '(\w)(\d)', 'g');
DROP TABLE stale, last_words;
DISCARD TEMP;
RESET statement_timeout;
