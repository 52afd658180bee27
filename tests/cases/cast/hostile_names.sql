-- a
CREATE SCHEMA "S's";
CREATE TYPE "S's"."t '$$ ä" AS ENUM ('a');

-- b
CREATE SCHEMA "S's";
CREATE TYPE "S's"."t '$$ ä" AS ENUM ('a');
CREATE FUNCTION "S's"."select"(a "S's"."t '$$ ä"[]) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST ("S's"."t '$$ ä"[] AS int) WITH FUNCTION "S's"."select"("S's"."t '$$ ä"[]);
COMMENT ON CAST ("S's"."t '$$ ä"[] AS int) IS '''';
