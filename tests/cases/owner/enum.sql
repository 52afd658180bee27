-- a
CREATE TYPE mood AS ENUM ('a');

-- b
CREATE TYPE mood AS ENUM ('a');
ALTER TYPE mood OWNER TO schema_dsl_cases_other_owner;
