-- a
CREATE SCHEMA "S's";
CREATE TABLE "S's"."T t" ("I'd" int PRIMARY KEY, "c'" text);

-- b
CREATE SCHEMA "S's";
CREATE TABLE "S's"."T t" ("I'd" int PRIMARY KEY, "c'" text);
CREATE TABLE "T t" ("select" int PRIMARY KEY);
CREATE PUBLICATION "it's ""$$ x" FOR TABLE "S's"."T t", "T t";
CREATE PUBLICATION "select";
COMMENT ON PUBLICATION "it's ""$$ x" IS 'ä ''';

-- rows
INSERT INTO "S's"."T t" VALUES (1, 'a');
