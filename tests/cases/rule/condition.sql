-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t WHERE (new.id > 1) AND new.body <> ') DO INSTEAD ' DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');

-- rows
INSERT INTO t VALUES (1, 'a');
