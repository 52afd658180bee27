-- a
CREATE TYPE c AS (a int);

-- b
CREATE TYPE c AS (a int);
REVOKE ALL ON TYPE c FROM PUBLIC;
GRANT USAGE ON TYPE c TO schema_dsl_cases_reader;
