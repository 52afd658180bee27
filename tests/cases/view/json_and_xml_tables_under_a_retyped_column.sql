-- since 17
-- a
CREATE TABLE t (id int PRIMARY KEY, doc json NOT NULL);
CREATE VIEW v AS SELECT t.id, j.n, j.ord FROM t, JSON_TABLE(t.doc, '$.a[*]' COLUMNS (ord FOR ORDINALITY, n int PATH '$.n' DEFAULT 0 ON EMPTY, NESTED PATH '$.b[*]' COLUMNS (b text PATH '$'))) AS j;
CREATE VIEW w AS SELECT id, JSON_QUERY(doc, '$.a' WITH WRAPPER) AS name FROM t;
CREATE VIEW q AS SELECT JSON_VALUE(doc, '$.n' RETURNING int DEFAULT 1 ON EMPTY) AS n, JSON_EXISTS(doc, '$.a') AS has, doc IS JSON OBJECT AS ok FROM t;
CREATE MATERIALIZED VIEW m AS SELECT v.id, w.name::text AS name FROM v JOIN w USING (id);
CREATE UNIQUE INDEX ON m (id, name);
GRANT SELECT ON v, q TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (id bigint PRIMARY KEY, doc jsonb NOT NULL);
CREATE VIEW v AS SELECT t.id, j.n, j.ord FROM t, JSON_TABLE(t.doc, '$.a[*]' COLUMNS (ord FOR ORDINALITY, n int PATH '$.n' DEFAULT 0 ON EMPTY, NESTED PATH '$.b[*]' COLUMNS (b text PATH '$'))) AS j;
CREATE VIEW w AS SELECT id, JSON_QUERY(doc, '$.a' WITH WRAPPER) AS name FROM t;
CREATE VIEW q AS SELECT JSON_VALUE(doc, '$.n' RETURNING int DEFAULT 1 ON EMPTY) AS n, JSON_EXISTS(doc, '$.a') AS has, doc IS JSON OBJECT AS ok FROM t;
CREATE MATERIALIZED VIEW m AS SELECT v.id, w.name::text AS name FROM v JOIN w USING (id);
CREATE UNIQUE INDEX ON m (id, name);
GRANT SELECT ON v, q TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1, '{"a": [{"n": 1}], "n": 2}');
