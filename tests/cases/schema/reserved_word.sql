-- a
CREATE SCHEMA "user";
CREATE TABLE "user"."table" (id int PRIMARY KEY);

-- b
CREATE SCHEMA "größe";
CREATE TABLE "größe"."table" (id int PRIMARY KEY);
