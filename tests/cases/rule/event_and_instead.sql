-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON UPDATE TO t WHERE old.id = 1 DO INSTEAD (INSERT INTO log VALUES (old.id, 'one'); UPDATE log SET what = 'two' WHERE id = new.id);

-- rows
INSERT INTO t VALUES (1, 'a');
