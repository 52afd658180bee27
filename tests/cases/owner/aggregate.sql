-- a
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);

-- b
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
ALTER AGGREGATE total(int) OWNER TO schema_dsl_cases_other_owner;
