-- a
CREATE TYPE r AS RANGE (subtype = int);

-- b
CREATE TYPE r AS RANGE (subtype = int);
REVOKE ALL ON TYPE r FROM PUBLIC;
GRANT USAGE ON TYPE r TO schema_dsl_cases_reader WITH GRANT OPTION;
