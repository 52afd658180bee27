-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');
COMMENT ON RULE r ON t IS 'it''s';
CREATE RULE keep AS ON DELETE TO t DO INSTEAD NOTHING;

-- rows
INSERT INTO t VALUES (1, 'a');
