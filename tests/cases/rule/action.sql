-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');

-- b
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.id, new.body);

-- rows
INSERT INTO t VALUES (1, 'a');
