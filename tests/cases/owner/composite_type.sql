-- a
CREATE TYPE c AS (a int);

-- b
CREATE TYPE c AS (a int);
ALTER TYPE c OWNER TO schema_dsl_cases_other_owner;
