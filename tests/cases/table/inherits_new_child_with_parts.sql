-- a
CREATE TABLE base (id int, name text, label text, more varchar(5), "Or der" text, n int);

-- b
CREATE TABLE base (id int, name text COLLATE "C", label text COLLATE "C", more text, "Or der" text COLLATE "C", n bigint);
CREATE TABLE aa (own int, CONSTRAINT positive CHECK (n > 0), twice bigint GENERATED ALWAYS AS (n * 2) STORED) INHERITS (base);
CREATE POLICY p ON aa USING (name = 'a');
CREATE POLICY q ON aa FOR UPDATE USING (true) WITH CHECK (aa."Or der" = 'a');
CREATE INDEX i ON aa (lower(label)) WHERE more <> '';
CREATE INDEX j ON aa (n);
CREATE STATISTICS s ON more, (n + 1) FROM aa;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER on_label BEFORE UPDATE OF id, n ON aa FOR EACH ROW WHEN (NEW.label <> OLD.label) EXECUTE FUNCTION touch();
CREATE TABLE aaa () INHERITS (aa);
CREATE POLICY p ON aaa USING (more = 'a');
CREATE VIEW v AS SELECT name, n FROM aaa;
CREATE TABLE log (n bigint);
CREATE RULE logged AS ON DELETE TO aa DO ALSO INSERT INTO log VALUES (OLD.n);

-- rows
INSERT INTO base VALUES (1, 'a', 'b', 'c', 'd', 5);
