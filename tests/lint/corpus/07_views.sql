-- Views and the queries in them.
CREATE OR REPLACE VIEW public.team_overview WITH (security_invoker = true) AS
SELECT t.id, t.name, count(m.*) AS members, max(m.joined_at) AS last_joined,
  string_agg(p.name, ', ' ORDER BY p.name) FILTER (WHERE p.name IS NOT NULL) AS names
FROM teams AS t
LEFT OUTER JOIN members m ON m.team_id = t.id
LEFT JOIN profiles p ON p.id = m.user_id
WHERE t.seats > 0
GROUP BY t.id, t.name
HAVING count(*) >= 0
ORDER BY members DESC NULLS LAST, 2
LIMIT 100 OFFSET 0;
CREATE VIEW simple_notes AS SELECT id, body FROM notes WHERE parent IS NULL WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 10;
CREATE MATERIALIZED VIEW IF NOT EXISTS daily AS SELECT date_trunc('day', at) AS day, count(*) AS n FROM notes GROUP BY 1 WITH DATA;
CREATE UNIQUE INDEX daily_day ON daily (day);
REFRESH MATERIALIZED VIEW CONCURRENTLY daily;
ALTER VIEW simple_notes SET (security_barrier = true, security_invoker = on);
ALTER MATERIALIZED VIEW daily RENAME COLUMN n TO total;
COMMENT ON VIEW team_overview IS 'For the dashboard';
COMMENT ON MATERIALIZED VIEW daily IS 'Refreshed at night';
CREATE RULE no_updates AS ON UPDATE TO team_overview DO INSTEAD NOTHING;
CREATE RULE twice AS ON INSERT TO scratch DO ALSO (SELECT 1; SELECT 2);
DROP VIEW IF EXISTS nothing;
DROP MATERIALIZED VIEW IF EXISTS nothing CASCADE;
SELECT DISTINCT ON (author) author, body, row_number() OVER w, lag(at, 1) OVER (PARTITION BY author ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM notes WINDOW w AS (PARTITION BY author ORDER BY at DESC) ORDER BY author, at;
WITH RECURSIVE tree AS (
  SELECT id, parent, 1 AS depth FROM notes WHERE parent IS NULL
  UNION ALL
  SELECT n.id, n.parent, tree.depth + 1 FROM notes n JOIN tree ON n.parent = tree.id
) SEARCH DEPTH FIRST BY id SET ordercol
SELECT * FROM tree WHERE depth < 5;
SELECT id, CASE WHEN age > 65 THEN 'old' WHEN age IS NULL THEN 'unknown' ELSE 'young' END AS band, age::text, tags[1:2], (home).city
FROM profiles WHERE tags @> ARRAY['a', 'b']::text[] AND settings ? 'a' AND NOT (name LIKE 'x%' ESCAPE '!');
SELECT a.n, b.* FROM generate_series(1, 3) WITH ORDINALITY AS a (n, i) CROSS JOIN LATERAL (SELECT a.n * 2 AS twice) b;
SELECT kind, count(*) FROM events GROUP BY GROUPING SETS ((kind), ()) UNION ALL (SELECT 'x', 1 EXCEPT SELECT 'y', 2) INTERSECT SELECT 'x', 1;
SELECT json_agg(row_to_json(p)) FROM (SELECT id, name FROM profiles TABLESAMPLE SYSTEM (10)) AS p;
SELECT jsonb_path_query_first(settings, '$.a[*] ? (@ > 1)') FROM profiles FOR UPDATE OF profiles SKIP LOCKED;
SELECT extract(epoch FROM now()), position('a' IN 'cat'), substring('hello' FROM 2 FOR 3), overlay('abc' PLACING 'x' FROM 2), trim(LEADING 'x' FROM 'xx'), CAST('1' AS int), date '2025-01-01' + interval '1' day;
SELECT * FROM JSON_TABLE('[{"a": 1}]'::jsonb, '$[*]' COLUMNS (id FOR ORDINALITY, a int PATH '$.a'));
SELECT JSON_OBJECT('a': 1, 'b': 2 NULL ON NULL), JSON_ARRAY(1, 2), JSON_VALUE('{"a": 1}'::jsonb, '$.a' RETURNING int DEFAULT 0 ON EMPTY), '{}' IS JSON OBJECT;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY score), grouping(mood) FROM profiles GROUP BY CUBE (mood);
TABLE cache;
VALUES (1, 'a'), (2, 'b');
SELECT E'it\'s', U&'d\0061t', B'101', X'1F', $tag$ dollar ; 'quoted' $tag$, 1_000, 0x1F, 1.5e10, "Display Name" FROM profiles;
EXPLAIN (COSTS off, FORMAT json) SELECT 1;
SELECT (SELECT max(id) FROM notes) > ALL (SELECT 1), 1 IN (1, 2), ROW (1, 2) = ROW (1, 2), NOT EXISTS (SELECT), array(SELECT 1);
