-- a
CREATE TABLE t (id int);

-- b
CREATE FUNCTION next_id() RETURNS int LANGUAGE sql AS 'SELECT 7';
CREATE TABLE t (id int DEFAULT next_id());

-- rows
INSERT INTO t VALUES (1);
