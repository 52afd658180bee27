-- a
CREATE TABLE "T""x '" (a int);

-- b
CREATE TABLE "T""x '" (a int);
ALTER TABLE "T""x '" OWNER TO schema_dsl_cases_other_owner;
