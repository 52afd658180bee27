-- a
CREATE TABLE t (id int, body text);
CREATE TABLE log (id int, what text);
CREATE RULE r AS ON INSERT TO t WHERE new.id > 0 DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');

-- b
CREATE TABLE t (id bigint, body text);
CREATE TABLE log (id bigint, what text);
CREATE RULE r AS ON INSERT TO t WHERE new.id > 0 DO ALSO INSERT INTO log VALUES (new.id, 'it''s; new');
