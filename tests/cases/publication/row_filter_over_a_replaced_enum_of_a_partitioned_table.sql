-- superuser
-- a
CREATE TYPE state AS ENUM ('new', 'old', 'gone');
CREATE TABLE t (day date, s state NOT NULL DEFAULT 'new', body text, PRIMARY KEY (day, s)) PARTITION BY LIST (day);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('2026-01-01');
CREATE TABLE t2 PARTITION OF t DEFAULT;
CREATE PUBLICATION p FOR TABLE t1 (day, s, body) WHERE (body <> 'new'), TABLE t2 WHERE (day > '2025-01-01') ;
COMMENT ON PUBLICATION p IS 'Published.';

-- b
CREATE TYPE state AS ENUM ('new', 'gone');
CREATE TABLE t (day date, s state NOT NULL DEFAULT 'new', body text, PRIMARY KEY (day, s)) PARTITION BY LIST (day);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('2026-01-01');
CREATE TABLE t2 PARTITION OF t DEFAULT;
CREATE PUBLICATION p FOR TABLE t1 (day, s, body) WHERE (body <> 'new'), TABLE t2 WHERE (day > '2025-01-01') ;
COMMENT ON PUBLICATION p IS 'Published.';

-- rows
INSERT INTO t VALUES ('2026-01-01', 'new', 'x'), ('2027-01-01', 'gone', 'y');
