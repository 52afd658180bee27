-- a
CREATE COLLATION c FROM "C";

-- b
CREATE COLLATION c FROM "C";
ALTER COLLATION c OWNER TO schema_dsl_cases_other_owner;
