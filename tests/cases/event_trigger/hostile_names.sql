-- superuser

-- a
CREATE SCHEMA "S's";
CREATE FUNCTION "S's"."f '$$"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RETURN; END';

-- b
CREATE SCHEMA "S's";
CREATE FUNCTION "S's"."f '$$"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RETURN; END';
CREATE EVENT TRIGGER "it's ""$$ ä" ON sql_drop EXECUTE FUNCTION "S's"."f '$$"();
CREATE EVENT TRIGGER "select" ON sql_drop EXECUTE FUNCTION "S's"."f '$$"();
