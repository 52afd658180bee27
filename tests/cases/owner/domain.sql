-- a
CREATE DOMAIN d AS int;

-- b
CREATE DOMAIN d AS int CHECK (VALUE > 0);
ALTER DOMAIN d OWNER TO schema_dsl_cases_other_owner;
