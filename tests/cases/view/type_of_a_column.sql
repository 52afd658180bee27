-- a
CREATE TABLE users (id int, name text);
CREATE VIEW v AS SELECT id, name FROM users;
CREATE VIEW w AS SELECT id, count(*) AS n FROM v GROUP BY id;
GRANT SELECT ON v TO schema_dsl_cases_reader;
GRANT SELECT (n) ON w TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN w.n IS 'the number';

-- b
CREATE TABLE users (id bigint, name text);
CREATE VIEW v AS SELECT id, name FROM users;
CREATE VIEW w AS SELECT id, count(*) AS n FROM v GROUP BY id;
GRANT SELECT ON v TO schema_dsl_cases_reader;
GRANT SELECT (n) ON w TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'v';
COMMENT ON COLUMN w.n IS 'the number';

-- rows
INSERT INTO users VALUES (1, 'a');
