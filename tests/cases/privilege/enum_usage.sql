-- a
CREATE TYPE mood AS ENUM ('a');

-- b
CREATE TYPE mood AS ENUM ('a');
REVOKE ALL ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
