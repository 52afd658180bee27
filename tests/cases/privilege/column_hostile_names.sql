-- a
CREATE TABLE "T""x" ("select" int, "ä b" int, "C""c" int);
GRANT SELECT ("ä b") ON "T""x" TO schema_dsl_cases_reader;

-- b
CREATE TABLE "T""x" ("select" int, "ä b" int, "C""c" int);
GRANT SELECT ("select", "C""c"), UPDATE ("C""c") ON "T""x" TO schema_dsl_cases_reader WITH GRANT OPTION;
