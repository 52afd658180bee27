-- since 15
-- superuser
-- a
CREATE SCHEMA "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘";
CREATE TABLE "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."table x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" ("key x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" int PRIMARY KEY, "column x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" text);

-- b
CREATE SCHEMA "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘";
CREATE TABLE "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."table x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" ("key x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" int PRIMARY KEY, "column x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" text);
CREATE PUBLICATION "publication x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" FOR TABLE "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."table x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" ("key x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘") WHERE ("key x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" > 1);
COMMENT ON PUBLICATION "publication x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" IS 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘 $x$ $$';
CREATE FUNCTION "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."function x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER "event trigger x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" ON ddl_command_end EXECUTE FUNCTION "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."function x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"();
COMMENT ON EVENT TRIGGER "event trigger x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" IS 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘 $x$ $$';
CREATE FOREIGN DATA WRAPPER "wrapper x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" OPTIONS ("option x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘');
CREATE SERVER "server x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" TYPE 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘' VERSION 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘' FOREIGN DATA WRAPPER "wrapper x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" OPTIONS ("option x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘');
COMMENT ON SERVER "server x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" IS 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘 $x$ $$';
GRANT USAGE ON FOREIGN SERVER "server x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" TO "schema_dsl cases
$$ \ %s {{ r }}";
CREATE USER MAPPING FOR "schema_dsl cases
$$ \ %s {{ r }}" SERVER "server x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" OPTIONS ("option x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘');
CREATE FOREIGN TABLE "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."foreign table x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" ("column x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" text OPTIONS ("option x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘') DEFAULT 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘') SERVER "server x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘";
COMMENT ON COLUMN "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."foreign table x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."column x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" IS 'x"y''z\ %s $$ {{ h }} /* -- ;
Ü🐘 $x$ $$';
CREATE COLLATION "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘"."collation x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘" (PROVIDER = libc, LOCALE = 'C');
CREATE OPERATOR "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘".=== (FUNCTION = pg_catalog.int4eq, LEFTARG = int, RIGHTARG = int);
CREATE EXTENSION citext SCHEMA "schema x""y'z\ %s $$ {{ h }} /* -- ;
Ü🐘";

