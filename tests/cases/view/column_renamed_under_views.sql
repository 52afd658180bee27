-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name FROM users;
CREATE VIEW w AS SELECT id FROM v;
CREATE VIEW x AS SELECT w.id FROM w JOIN v USING (id);
GRANT SELECT ON w TO schema_dsl_cases_reader;
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW x IS 'x';

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name AS title FROM users;
CREATE VIEW w AS SELECT id FROM v;
CREATE VIEW x AS SELECT w.id FROM w JOIN v USING (id);
GRANT SELECT ON w TO schema_dsl_cases_reader;
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW x IS 'x';

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);
