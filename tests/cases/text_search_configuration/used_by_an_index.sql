-- a
CREATE TABLE t (id int PRIMARY KEY, a text);

-- b
CREATE SCHEMA s;
CREATE TEXT SEARCH CONFIGURATION s.c (COPY = german);
CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE INDEX i ON t USING gin (to_tsvector('s.c'::regconfig, a));

-- rows
INSERT INTO t VALUES (1, 'a b');
