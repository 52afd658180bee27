-- a
CREATE TYPE mood AS ENUM ('a');

-- b
CREATE TYPE mood AS ENUM ('a');
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
