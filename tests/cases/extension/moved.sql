-- superuser
-- a
CREATE SCHEMA s;
CREATE EXTENSION hstore WITH SCHEMA s;
CREATE TABLE t (id int PRIMARY KEY, h s.hstore);

-- b
CREATE SCHEMA s;
CREATE EXTENSION hstore WITH SCHEMA public;
CREATE TABLE t (id int PRIMARY KEY, h public.hstore);

-- rows
INSERT INTO t VALUES (1, 'a=>1'), (2, NULL);
