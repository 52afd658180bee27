-- a
CREATE SCHEMA "S's";
CREATE TYPE "S's"."it's ""x" AS ("select" int, "größe $$" text);
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" "S's"."it's ""x");

-- b
CREATE SCHEMA "S's";
CREATE TYPE "S's"."it's ""x" AS ("select" bigint, "größe $$" text, "n'" date[]);
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" "S's"."it's ""x");
