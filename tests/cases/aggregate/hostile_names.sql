-- a
CREATE SCHEMA "S's";
CREATE FUNCTION "S's"."f '$$"(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT b';

-- b
CREATE SCHEMA "S's";
CREATE FUNCTION "S's"."f '$$"(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT b';
CREATE AGGREGATE "S's"."it's ""$$ ä"("select" text) (SFUNC = "S's"."f '$$", STYPE = text, INITCOND = 'it''s $$ \');
COMMENT ON AGGREGATE "S's"."it's ""$$ ä"(text) IS '''';
