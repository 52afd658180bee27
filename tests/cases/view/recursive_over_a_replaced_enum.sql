-- a
CREATE TYPE kind AS ENUM ('root', 'branch', 'leaf');
CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t (id), k kind NOT NULL DEFAULT 'leaf');
CREATE RECURSIVE VIEW tree (id, k, path) AS SELECT id, k, ARRAY[k] FROM t WHERE k = 'root' UNION ALL SELECT t.id, t.k, tree.path || t.k FROM t JOIN tree ON t.parent = tree.id;
COMMENT ON COLUMN tree.path IS 'From the root.';
GRANT SELECT (id, path) ON tree TO schema_dsl_cases_reader;
CREATE VIEW depth AS SELECT k, max(cardinality(path)) AS depth FROM tree GROUP BY GROUPING SETS ((k), ());
CREATE MATERIALIZED VIEW m AS TABLE depth WITH NO DATA;
CREATE UNIQUE INDEX ON m (k);

-- b
CREATE TYPE kind AS ENUM ('root', 'leaf');
CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t (id), k kind NOT NULL DEFAULT 'leaf');
CREATE RECURSIVE VIEW tree (id, k, path) AS SELECT id, k, ARRAY[k] FROM t WHERE k = 'root' UNION ALL SELECT t.id, t.k, tree.path || t.k FROM t JOIN tree ON t.parent = tree.id;
COMMENT ON COLUMN tree.path IS 'From the root.';
GRANT SELECT (id, path) ON tree TO schema_dsl_cases_reader;
CREATE VIEW depth AS SELECT k, max(cardinality(path)) AS depth FROM tree GROUP BY GROUPING SETS ((k), ());
CREATE MATERIALIZED VIEW m AS TABLE depth WITH NO DATA;
CREATE UNIQUE INDEX ON m (k);

-- rows
INSERT INTO t VALUES (1, NULL, 'root'), (2, 1, 'leaf');
