-- a
CREATE VIEW v AS SELECT 1 AS a;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- b
CREATE VIEW v AS SELECT 'x'::text AS a;
GRANT SELECT ON v TO schema_dsl_cases_reader;
