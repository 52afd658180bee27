-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE VIEW v AS SELECT id, body FROM t;

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE VIEW v AS SELECT id, body FROM t;
CREATE RULE ins AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.id, new.body) RETURNING t.id, t.body;
CREATE RULE del AS ON DELETE TO v DO INSTEAD DELETE FROM t WHERE t.id = old.id;
COMMENT ON RULE del ON v IS 'c';

-- rows
INSERT INTO t VALUES (1, 'a');
