-- a
CREATE SCHEMA "S's";
CREATE TYPE "S's"."it's ""x" AS RANGE (SUBTYPE = float4, MULTIRANGE_TYPE_NAME = "S's"."m'any ""x");
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" "S's"."it's ""x");

-- b
CREATE SCHEMA "S's";
CREATE TYPE "S's"."it's ""x" AS RANGE (SUBTYPE = float8);
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" "S's"."it's ""x");

-- rows
INSERT INTO "T t" VALUES (1, '[1,2)'), (2, NULL);
