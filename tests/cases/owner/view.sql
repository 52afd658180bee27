-- a
CREATE VIEW v AS SELECT 1 AS a;

-- b
CREATE VIEW v AS SELECT 2 AS a;
ALTER VIEW v OWNER TO schema_dsl_cases_other_owner;
