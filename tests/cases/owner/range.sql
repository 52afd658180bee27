-- a
CREATE TYPE r AS RANGE (subtype = int);

-- b
CREATE TYPE r AS RANGE (subtype = int);
ALTER TYPE r OWNER TO schema_dsl_cases_other_owner;
