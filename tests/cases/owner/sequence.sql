-- a
CREATE SEQUENCE s;

-- b
CREATE SEQUENCE s;
ALTER SEQUENCE s OWNER TO schema_dsl_cases_other_owner;
