CREATE DOMAIN dpos AS int CHECK (VALUE > 0);
CREATE TABLE other (id int PRIMARY KEY, k text UNIQUE);
CREATE TABLE v (a int, s int GENERATED ALWAYS AS (a + 1) STORED, w int GENERATED ALWAYS AS (a + 2) VIRTUAL);
CREATE TABLE room (during tsrange, r int, EXCLUDE USING gist (during WITH &&), CONSTRAINT one UNIQUE (r));
CREATE VIEW va AS SELECT a, count(*) OVER () AS n FROM v; CREATE VIEW vs AS SELECT a, (SELECT count(*) FROM other) AS n FROM v; CREATE VIEW vm AS SELECT max(a) AS m FROM v;
CREATE VIEW vplain AS SELECT a FROM v;
CREATE TABLE cp (id int GENERATED ALWAYS AS IDENTITY, t text); CREATE TABLE cp2 (id int, t text); CREATE TABLE cp3 (t text);
