-- a
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE t (n positive);
CREATE VIEW v AS SELECT n, n + 1 AS next FROM t WHERE n IS NOT NULL;

-- b
CREATE DOMAIN positive AS int CHECK (VALUE > -1);
CREATE TABLE t (n positive);
CREATE VIEW v AS SELECT n, n + 1 AS next FROM t WHERE n IS NOT NULL;

-- rows
INSERT INTO t VALUES (1);
