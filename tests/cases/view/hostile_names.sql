-- a
CREATE TABLE "T'a""b" ("select" int, "c o$$l" text);

-- b
CREATE TABLE "T'a""b" ("select" int, "c o$$l" text);
CREATE VIEW "V'$view$""" ("or""der", "é") WITH (security_barrier = true) AS SELECT "select", "c o$$l" || 'it''s $$ -- ' FROM "T'a""b";
CREATE VIEW "user" AS SELECT "or""der" FROM "V'$view$""";
COMMENT ON COLUMN "V'$view$"""."or""der" IS '$$ it''s';
GRANT SELECT ("or""der") ON "V'$view$""" TO schema_dsl_cases_reader;
