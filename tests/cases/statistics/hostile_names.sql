-- a
CREATE SCHEMA "S's";
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" text, "d"" $$" text);

-- b
CREATE SCHEMA "S's";
CREATE TABLE "T t" (id int PRIMARY KEY, "c'" text, "d"" $$" text);
CREATE STATISTICS "S's"."it's ""x" (mcv) ON "c'", "d"" $$", (lower("c'")) FROM "T t";
