-- a
CREATE SCHEMA "S's";
CREATE TABLE "S's"."t '$$ ä" (id int PRIMARY KEY, "a b" int NOT NULL CONSTRAINT "u ""1" UNIQUE);

-- b
CREATE SCHEMA "S's";
CREATE TABLE "S's"."t '$$ ä" (id int PRIMARY KEY, "a b" int NOT NULL CONSTRAINT "u ""1" UNIQUE);
ALTER TABLE "S's"."t '$$ ä" CLUSTER ON "u ""1", REPLICA IDENTITY USING INDEX "u ""1";
