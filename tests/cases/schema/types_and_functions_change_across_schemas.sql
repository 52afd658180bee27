-- a
CREATE SCHEMA api;
CREATE SCHEMA "In ner";
CREATE TYPE "In ner"."Kind's" AS ENUM ('a', 'x', 'b');
CREATE FUNCTION "In ner".rank(k "In ner"."Kind's") RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT CASE k WHEN 'a' THEN 1 ELSE 2 END$x$;
CREATE TABLE "In ner"."T" ("Id" int PRIMARY KEY, "K" "In ner"."Kind's" NOT NULL DEFAULT 'b', "Rank" int GENERATED ALWAYS AS ("In ner".rank("K")) STORED);
CREATE INDEX "by K" ON "In ner"."T" ("In ner".rank("K"), "Rank");
CREATE VIEW api."T" AS SELECT "Id", "K", "In ner".rank("K") AS rank FROM "In ner"."T";
CREATE FUNCTION api.put(k "In ner"."Kind's", OUT id int, OUT kind "In ner"."Kind's") LANGUAGE plpgsql SET search_path = 'In ner', api AS $x$BEGIN id := 1; kind := k; END$x$;
CREATE TABLE "T" (id int PRIMARY KEY, k "In ner"."Kind's"[] DEFAULT ARRAY['a'::"In ner"."Kind's"]);
CREATE VIEW t AS SELECT p.id, p.kind FROM "T", api.put("T".k[1]) AS p;
GRANT USAGE ON SCHEMA api, "In ner" TO schema_dsl_cases_reader;
GRANT SELECT ON api."T", t TO schema_dsl_cases_reader;

-- b
CREATE SCHEMA api;
CREATE SCHEMA "In ner";
CREATE TYPE "In ner"."Kind's" AS ENUM ('a', 'b');
CREATE FUNCTION "In ner".rank(k "In ner"."Kind's") RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT CASE k WHEN 'a' THEN 1 ELSE 2 END$x$;
CREATE TABLE "In ner"."T" ("Id" int PRIMARY KEY, "K" "In ner"."Kind's" NOT NULL DEFAULT 'b', "Rank" int GENERATED ALWAYS AS ("In ner".rank("K")) STORED);
CREATE INDEX "by K" ON "In ner"."T" ("In ner".rank("K"), "Rank");
CREATE VIEW api."T" AS SELECT "Id", "K", "In ner".rank("K") AS rank FROM "In ner"."T";
CREATE FUNCTION api.put(k "In ner"."Kind's", OUT id int, OUT kind "In ner"."Kind's") LANGUAGE plpgsql SET search_path = 'In ner', api AS $x$BEGIN id := 1; kind := k; END$x$;
CREATE TABLE "T" (id int PRIMARY KEY, k "In ner"."Kind's"[] DEFAULT ARRAY['a'::"In ner"."Kind's"]);
CREATE VIEW t AS SELECT p.id, p.kind FROM "T", api.put("T".k[1]) AS p;
GRANT USAGE ON SCHEMA api, "In ner" TO schema_dsl_cases_reader;
GRANT SELECT ON api."T", t TO schema_dsl_cases_reader;

-- rows
INSERT INTO "In ner"."T" VALUES (1, 'a'), (2, 'b'); INSERT INTO "T" VALUES (1);
