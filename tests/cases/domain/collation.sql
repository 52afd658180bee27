-- a
CREATE DOMAIN d AS text CHECK (VALUE <> '');
CREATE TABLE t (a d, b d[]);

-- b
CREATE DOMAIN d AS text COLLATE "C" CHECK (VALUE <> '');
CREATE TABLE t (a d, b d[]);
CREATE INDEX i ON t (a);

-- rows
INSERT INTO t VALUES ('x', '{y}');
