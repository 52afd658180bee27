-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');
ALTER TABLE t DISABLE RULE r;

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id + 1, 'it''s; new');
ALTER TABLE t DISABLE RULE r;

-- rows
INSERT INTO t VALUES (1, 'a');
