-- a
CREATE TABLE "T 't" ("c""x" int4range, "select" int);

-- b
CREATE TABLE "T 't" ("c""x" int4range, "select" int, CONSTRAINT "E ""'" EXCLUDE USING gist ("c""x" WITH &&) INCLUDE ("select") WHERE ("select" > 0));

-- rows
INSERT INTO "T 't" VALUES ('[1,2)', 1);
