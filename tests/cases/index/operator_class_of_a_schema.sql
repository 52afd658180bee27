-- superuser

-- a
CREATE SCHEMA "Ops";
CREATE FUNCTION "Ops".compare(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.bttextcmp($1, $2)';
CREATE OPERATOR CLASS "Ops"."by text" FOR TYPE text USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 "Ops".compare(text, text);
CREATE TABLE t (a text);
CREATE INDEX j ON t (a);

-- b
CREATE SCHEMA "Ops";
CREATE FUNCTION "Ops".compare(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.bttextcmp($1, $2)';
CREATE OPERATOR CLASS "Ops"."by text" FOR TYPE text USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 "Ops".compare(text, text);
CREATE TABLE t (a text);
CREATE INDEX i ON t (a "Ops"."by text" DESC);
CREATE INDEX j ON t (a, lower(a) "Ops"."by text");

-- rows
INSERT INTO t VALUES ('x');
