-- a
CREATE TABLE users (id int, name text);
CREATE MATERIALIZED VIEW m AS SELECT id, count(*) AS n FROM users GROUP BY id;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE INDEX m_n ON m (n) WHERE id > 0;
CREATE VIEW v AS SELECT id FROM m;
CREATE MATERIALIZED VIEW mm AS SELECT max(id) AS top FROM v;
CREATE INDEX mm_top ON mm (top);
COMMENT ON MATERIALIZED VIEW mm IS 'top';
GRANT SELECT ON m TO schema_dsl_cases_reader;
GRANT SELECT ON v TO schema_dsl_cases_reader;
GRANT SELECT (top) ON mm TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id bigint, name text);
CREATE MATERIALIZED VIEW m AS SELECT id, count(*) AS n FROM users GROUP BY id;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE INDEX m_n ON m (n) WHERE id > 0;
CREATE VIEW v AS SELECT id FROM m;
CREATE MATERIALIZED VIEW mm AS SELECT max(id) AS top FROM v;
CREATE INDEX mm_top ON mm (top);
COMMENT ON MATERIALIZED VIEW mm IS 'top';
GRANT SELECT ON m TO schema_dsl_cases_reader;
GRANT SELECT ON v TO schema_dsl_cases_reader;
GRANT SELECT (top) ON mm TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a');
