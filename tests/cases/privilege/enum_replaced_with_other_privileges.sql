-- a
CREATE TYPE mood AS ENUM ('a', 'b');
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
CREATE TABLE t (a mood);

-- b
CREATE TYPE mood AS ENUM ('b', 'a');
REVOKE ALL ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO schema_dsl_cases_writer WITH GRANT OPTION;
CREATE TABLE t (a mood);
