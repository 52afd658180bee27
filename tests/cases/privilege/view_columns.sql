-- a
CREATE VIEW v AS SELECT 1 AS a, 2 AS b;

-- b
CREATE VIEW v AS SELECT 1 AS a, 2 AS b;
GRANT SELECT (a) ON v TO schema_dsl_cases_reader;
GRANT INSERT ON v TO schema_dsl_cases_reader WITH GRANT OPTION;
