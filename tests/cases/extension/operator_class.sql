-- a
CREATE TABLE t (id int PRIMARY KEY, name text);

-- b
CREATE EXTENSION pg_trgm;
CREATE TABLE t (id int PRIMARY KEY, name text);
CREATE INDEX by_name ON t USING gin (name gin_trgm_ops);

-- rows
INSERT INTO t VALUES (1, 'one'), (2, NULL);
