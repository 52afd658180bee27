-- a
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (a mood);
ALTER TYPE mood OWNER TO schema_dsl_cases_other_owner;

-- b
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE t (a mood);
ALTER TYPE mood OWNER TO schema_dsl_cases_other_owner;
