-- a
CREATE TABLE zero (id int);

-- b
CREATE TABLE zero (id int);
CREATE FUNCTION next_of(n int) RETURNS int LANGUAGE plpgsql STABLE AS $x$BEGIN RETURN (SELECT coalesce(max(id), 0) + 1 FROM one); END$x$;
CREATE TABLE one (id int PRIMARY KEY DEFAULT next_of(1), two_id int);
CREATE TABLE two (id int PRIMARY KEY, one_id int REFERENCES one (id) DEFERRABLE);
ALTER TABLE one ADD CONSTRAINT to_two FOREIGN KEY (two_id) REFERENCES two (id) DEFERRABLE;
CREATE FUNCTION rows_of(t two) RETURNS SETOF one LANGUAGE sql STABLE AS $x$SELECT * FROM one WHERE two_id = t.id$x$;
ALTER TABLE two ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON two FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM rows_of(two)));
CREATE VIEW v AS SELECT two.id, next_of(two.id) AS n FROM two;
CREATE FUNCTION from_v() RETURNS SETOF v LANGUAGE sql STABLE AS $x$SELECT * FROM v$x$;

-- rows
INSERT INTO zero VALUES (1);
